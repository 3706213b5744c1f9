package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/pitcrew-app/pitcrew/internal/github"
	"github.com/pitcrew-app/pitcrew/rules"
)

// RepoInfo is where a repository is now: ids stay, names and installations change. Webhooks and sweeps keep it in the
// cursor "repo:ID" of the log.
type RepoInfo struct {
	ID            int64  `json:"-"`
	Installation  int64  `json:"installation"`
	Owner         string `json:"owner"`
	Name          string `json:"name"`
	DefaultBranch string `json:"default_branch"`
	Private       bool   `json:"private"`
	Archived      bool   `json:"archived,omitempty"`
	Gone          bool   `json:"gone,omitempty"` // removed from the installation, or deleted
}

// Ref is the repository for the door.
func (r RepoInfo) Ref() github.RepoRef {
	return github.RepoRef{Installation: r.Installation, ID: r.ID, Owner: r.Owner, Name: r.Name}
}

// String is the form in which it is kept.
func (r RepoInfo) String() string {
	doc, _ := json.Marshal(r) // a struct of scalars always marshals
	return string(doc)
}

func (r RepoInfo) cursor() string { return repoCursor(r.ID) }

func repoCursor(id int64) string { return fmt.Sprintf("repo:%d", id) }

func infoOf(installation int64, r github.Repo) RepoInfo {
	return RepoInfo{ID: r.ID, Installation: installation, Owner: r.Owner, Name: r.Name, DefaultBranch: r.DefaultBranch, Private: r.Private, Archived: r.Archived}
}

// repository finds out where a repository is.
func (e *Engine) repository(ctx context.Context, id int64) (RepoInfo, bool, error) {
	text, err := e.Log.Cursor(ctx, repoCursor(id))
	if err != nil || text == "" {
		return RepoInfo{}, false, err
	}
	info := RepoInfo{ID: id}
	if err := json.Unmarshal([]byte(text), &info); err != nil {
		return RepoInfo{}, false, fmt.Errorf("repository %d: %w", id, err)
	}
	return info, true, nil
}

// everywhere are the facts about a repository that matter to each of its pull requests: configuration, a label that was
// renamed, a person who may now review.
var everywhere = []rules.Fact{rules.FactConfig, rules.FactLabels, rules.FactReviews}

// repositoryLook compares a repository with what was last seen of it. Where its configuration may have changed, every
// open pull request is looked at again; where the organisation's may have, every repository of the installation.
func (l *look) repositoryLook(ctx context.Context) error {
	config := slices.ContainsFunc(l.claim.Touches, func(t string) bool { return slices.Contains(everywhere, rules.Fact(t)) })
	if config {
		l.GitHub.Forget(l.repo.ID) // what was cached of its rules
	}
	if config && l.repo.Name == ".github" {
		repos, err := l.repositories(ctx, l.repo.Installation)
		if err != nil {
			return err
		}
		for _, r := range repos {
			if r.ID != l.repo.ID {
				l.mark(rules.RepoSubject(r.ID), rules.FactConfig)
			}
		}
	}
	swept, err := l.GitHub.Sweep(ctx, l.repo.Installation, []github.RepoRef{l.ref()})
	if err != nil {
		return err
	}
	for _, s := range swept {
		sweep, err := l.compare(ctx, s, config)
		if err != nil {
			return err
		}
		l.pending.Marks = append(l.pending.Marks, sweep.Marks...)
		l.pending.Cursors = sweep.Cursors
	}
	return l.finish(ctx, rules.WaitsFor(everywhere...))
}
