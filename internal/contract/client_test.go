package contract

import (
	"context"
	"io"
	"net/http"
	"testing"

	"github.com/google/go-github/v57/github"
)

// judge is a transport that judges what a client sends and answers 204.
type judge struct {
	r     *Referee
	err   error
	calls int
}

func (j *judge) RoundTrip(req *http.Request) (*http.Response, error) {
	var body []byte
	if req.Body != nil {
		body, _ = io.ReadAll(req.Body)
	}
	j.calls++
	j.err = j.r.Request(req, body)
	return &http.Response{StatusCode: http.StatusNoContent, Body: http.NoBody, Header: http.Header{}, Request: req}, nil
}

// What go-github v57 sends is judged as GitHub would read it: its known slips
// are seen, and what we rely on passes.
func TestGoGitHub(t *testing.T) {
	type call = func(ctx context.Context, c *github.Client) error
	for _, tt := range []struct {
		name string
		call call
		want string
	}{
		{"merge", func(ctx context.Context, c *github.Client) error {
			_, _, err := c.PullRequests.Merge(ctx, "acme", "api", 7, "", &github.PullRequestOptions{SHA: "a1", MergeMethod: "squash"})
			return err
		}, ""},
		{"update branch", func(ctx context.Context, c *github.Client) error {
			_, _, err := c.PullRequests.UpdateBranch(ctx, "acme", "api", 7, &github.PullRequestBranchUpdateOptions{ExpectedHeadSHA: github.String("a1")})
			return err
		}, ""},
		{"request reviewers", func(ctx context.Context, c *github.Client) error {
			_, _, err := c.PullRequests.RequestReviewers(ctx, "acme", "api", 7, github.ReviewersRequest{Reviewers: []string{"bob"}})
			return err
		}, ""},
		{"check run", func(ctx context.Context, c *github.Client) error {
			_, _, err := c.Checks.CreateCheckRun(ctx, "acme", "api", github.CreateCheckRunOptions{Name: "pitcrew", HeadSHA: "a1",
				Status: github.String("completed"), Conclusion: github.String("neutral"),
				Output: &github.CheckRunOutput{Title: github.String("t"), Summary: github.String("s")}})
			return err
		}, ""},
		{"file in a folder", func(ctx context.Context, c *github.Client) error {
			_, _, _, err := c.Repositories.GetContents(ctx, "acme", "api", "a/b.json", &github.RepositoryContentGetOptions{Ref: "main"})
			return err
		}, ""},
		{"removing teams alone", func(ctx context.Context, c *github.Client) error {
			_, err := c.PullRequests.RemoveReviewers(ctx, "acme", "api", 7, github.ReviewersRequest{TeamReviewers: []string{"core"}})
			return err
		}, `"reviewers" is missing`},
		{"sorting the comments of an issue", func(ctx context.Context, c *github.Client) error {
			_, _, err := c.Issues.ListComments(ctx, "acme", "api", 7, &github.IssueListCommentsOptions{Sort: github.String("created")})
			return err
		}, `knows no query parameter "sort"`},
		{"label that is not escaped", func(ctx context.Context, c *github.Client) error {
			_, err := c.Issues.RemoveLabelForIssue(ctx, "acme", "api", 7, "kind/bug")
			return err
		}, "not declared"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			j := &judge{r: referee(t)}
			client := github.NewClient(&http.Client{Transport: j}).WithAuthToken(installationToken)
			_ = tt.call(t.Context(), client) // the answer is empty; only the request is looked at
			if j.calls != 1 {
				t.Fatalf("%d requests, want 1", j.calls)
			}
			check(t, j.err, tt.want)
		})
	}
}
