package github

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/google/go-github/v57/github"

	"github.com/pitcrew-app/pitcrew/rules"
)

// requestReviewers asks people and teams for a review. Whom GitHub took is in its answer; it leaves out without a word who
// cannot be asked, and refuses the whole where somebody is no collaborator.
// https://docs.github.com/en/rest/pulls/review-requests#request-reviewers-for-a-pull-request
func (c *Client) requestReviewers(ctx context.Context, ref RepoRef, a rules.RequestReviewers) Result {
	in := struct {
		People []string `json:"reviewers"`
		Teams  []string `json:"team_reviewers"`
	}{[]string{}, []string{}}
	for _, p := range a.People {
		in.People = append(in.People, p.Login)
	}
	for _, team := range a.Teams {
		in.Teams = append(in.Teams, team[strings.LastIndexByte(team, '/')+1:])
	}
	r, result := c.put(ctx, ref, http.MethodPost, ref.path("pulls/%d/requested_reviewers", a.Number), in)
	switch {
	case result.Outcome == Done:
		result.Dropped, result.DroppedTeams = dropped(r.Body, a)
	case r.Status == http.StatusUnprocessableEntity && len(a.People)+len(a.Teams) == 1:
		result.Dropped, result.DroppedTeams = a.People, a.Teams
	}
	return result
}

// dropped are those who were asked for and are not among the pull request's reviewers afterwards.
func dropped(answer []byte, a rules.RequestReviewers) ([]rules.Person, []string) {
	var pull github.PullRequest
	if json.Unmarshal(answer, &pull) != nil {
		return nil, nil
	}
	took := map[string]bool{}
	for _, u := range pull.RequestedReviewers {
		took[strings.ToLower(u.GetLogin())] = true
	}
	for _, t := range pull.RequestedTeams {
		took["/"+strings.ToLower(t.GetSlug())] = true
	}
	var people []rules.Person
	var teams []string
	for _, p := range a.People {
		if !took[strings.ToLower(p.Login)] {
			people = append(people, p)
		}
	}
	for _, t := range a.Teams {
		if !took[strings.ToLower(t[strings.LastIndexByte(t, '/'):])] {
			teams = append(teams, t)
		}
	}
	return people, teams
}
