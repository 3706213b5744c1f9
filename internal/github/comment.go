package github

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/pitcrew-app/pitcrew/rules"
)

// maxComment is how many bytes of a comment are sent: GitHub takes as many characters.
const maxComment = 65536

// writeComment writes our comment: the one that is there is changed, else a new one is made. Of one that GitHub does not find it is
// not known yet whether somebody deleted it: that is read.
// https://docs.github.com/en/rest/issues/comments#create-an-issue-comment
// https://docs.github.com/en/rest/issues/comments#update-an-issue-comment
func (c *Client) writeComment(ctx context.Context, ref RepoRef, a rules.WriteComment) Result {
	method, path := http.MethodPost, ref.path("issues/%d/comments", a.Number)
	if a.Existing != 0 {
		method, path = http.MethodPatch, ref.path("issues/comments/%d", a.Existing)
	}
	r, result := c.put(ctx, ref, method, path, map[string]string{"body": cut(a.Body, maxComment)})
	switch {
	case result.Outcome == Done:
		var written struct{ ID int64 }
		if err := json.Unmarshal(r.Body, &written); err != nil {
			result.Message = fmt.Sprintf("the answer has no id: %v", err)
		}
		result.Comment = written.ID
	case result.Status == http.StatusNotFound && a.Existing != 0:
		result.Outcome = Unknown
	}
	return result
}

// Comment finds our comment on a pull request: the first by our bot that begins with our mark.
// https://docs.github.com/en/rest/issues/comments#list-issue-comments
func (c *Client) Comment(ctx context.Context, ref RepoRef, number int) (rules.OwnComment, error) {
	app, err := c.App(ctx)
	if err != nil {
		return rules.OwnComment{}, err
	}
	for page := ref.path("issues/%d/comments?per_page=100", number); page != ""; {
		r, err := c.read(ctx, ref.Installation, page)
		if err != nil {
			return rules.OwnComment{}, fmt.Errorf("list the comments of #%d: %w", number, err)
		}
		var all []struct {
			ID   int64
			Body string
			User struct{ ID int64 }
		}
		if err := json.Unmarshal(r.Body, &all); err != nil {
			return rules.OwnComment{}, fmt.Errorf("decode the comments of #%d: %w", number, err)
		}
		for _, one := range all {
			if app.User != 0 && one.User.ID == app.User && strings.HasPrefix(one.Body, rules.CommentMark) {
				return rules.OwnComment{ID: one.ID, Digest: rules.Digest(one.Body)}, nil
			}
		}
		page = r.next()
	}
	return rules.OwnComment{}, nil
}
