package github

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"unicode/utf8"

	"github.com/pitcrew-app/pitcrew/rules"
)

// maxOutput is how many bytes GitHub takes as the summary of a check run.
const maxOutput = 65535

// checkRun is the body of both requests; head_sha is only for a new one.
type checkRun struct {
	Name       string `json:"name"`
	Head       string `json:"head_sha,omitempty"`
	Status     string `json:"status"`
	Conclusion string `json:"conclusion"`
	External   string `json:"external_id"`
	Link       string `json:"details_url,omitempty"`
	Output     struct {
		Title   string `json:"title"`
		Summary string `json:"summary"`
	} `json:"output"`
}

// reportCheck writes the check run "pitcrew": the one that is there is patched, else a new one is made on the head.
// https://docs.github.com/en/rest/checks/runs#create-a-check-run
func (c *Client) reportCheck(ctx context.Context, ref RepoRef, a rules.ReportCheck) Result {
	in := checkRun{Name: rules.CheckName, Head: a.Head, Status: "completed", Conclusion: a.Conclusion, External: a.Digest, Link: a.Link}
	in.Output.Title, in.Output.Summary = cut(a.Title, 255), cut(a.Summary, maxOutput)
	method, path := http.MethodPost, ref.path("check-runs")
	if a.Existing != 0 {
		method, path, in.Head = http.MethodPatch, ref.path("check-runs/%d", a.Existing), ""
	}
	r, result := c.put(ctx, ref, method, path, in)
	if result.Outcome == Done {
		var written struct{ ID int64 }
		if err := json.Unmarshal(r.Body, &written); err != nil {
			result.Message = fmt.Sprintf("the answer has no id: %v", err)
		}
		result.CheckRun = written.ID
	}
	return result
}

// cut shortens text to at most max bytes, between characters.
func cut(text string, max int) string {
	if len(text) <= max {
		return text
	}
	const more = "…"
	end := max - len(more)
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + more
}
