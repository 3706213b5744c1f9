package github

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
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
		Title       string       `json:"title"`
		Summary     string       `json:"summary"`
		Annotations []annotation `json:"annotations,omitempty"`
	} `json:"output"`
}

// annotation is what a check run says of a place in a file.
type annotation struct {
	Path        string `json:"path"`
	StartLine   int    `json:"start_line"`
	EndLine     int    `json:"end_line"`
	StartColumn int    `json:"start_column"`
	EndColumn   int    `json:"end_column"`
	Level       string `json:"annotation_level"`
	Message     string `json:"message"`
}

// annotationsAtOnce is how many a request may bring; an update adds to those that are there.
// https://docs.github.com/en/rest/checks/runs#update-a-check-run
const annotationsAtOnce = 50

// reportCheck writes the check run "pitcrew": the one that is there is patched, else a new one is made on the head.
// https://docs.github.com/en/rest/checks/runs#create-a-check-run
func (c *Client) reportCheck(ctx context.Context, ref RepoRef, a rules.ReportCheck) Result {
	in := checkRun{Name: rules.CheckName, Head: a.Head, Status: "completed", Conclusion: a.Conclusion, External: a.Digest, Link: a.Link}
	in.Output.Title, in.Output.Summary = cut(a.Title, 255), cut(a.Summary, maxOutput)
	parts := slices.Collect(slices.Chunk(annotationsOf(a), annotationsAtOnce))
	for len(parts) > 1 { // one that is cut off in the middle is not taken for whole, and is made anew
		part := in
		part.External, part.Output.Annotations = "", parts[0]
		result := c.putCheck(ctx, ref, a.Existing, part)
		if result.Outcome != Done || result.CheckRun == 0 {
			return result
		}
		a.Existing, parts = result.CheckRun, parts[1:]
	}
	if len(parts) > 0 {
		in.Output.Annotations = parts[0]
	}
	return c.putCheck(ctx, ref, a.Existing, in)
}

// putCheck is one request: for the check run that is there, or for a new one.
func (c *Client) putCheck(ctx context.Context, ref RepoRef, existing int64, in checkRun) Result {
	method, path := http.MethodPost, ref.path("check-runs")
	if existing != 0 {
		method, path, in.Head = http.MethodPatch, ref.path("check-runs/%d", existing), ""
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

func annotationsOf(a rules.ReportCheck) []annotation {
	var all []annotation
	for _, n := range a.Annotations {
		all = append(all, annotation{n.Path, n.Line, n.Line, n.Column, n.Column, n.Level, n.Text})
	}
	return all
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
