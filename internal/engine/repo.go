package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"

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

	// Of the installation.
	Suspended bool      `json:"-"`
	Allowed   time.Time `json:"-"` // when it was last allowed what it was not before; zero: not known
}

const repoPrefix = "repo:"

// Ref is the repository for the door.
func (r RepoInfo) Ref() github.RepoRef {
	return github.RepoRef{Installation: r.Installation, ID: r.ID, Owner: r.Owner, Name: r.Name}
}

// String is the form in which it is kept.
func (r RepoInfo) String() string {
	doc, _ := json.Marshal(r) // a struct of scalars always marshals
	return string(doc)
}

func (r RepoInfo) cursor() string { return fmt.Sprintf("%s%d", repoPrefix, r.ID) }

func infoOf(installation int64, r github.Repo) RepoInfo {
	return RepoInfo{ID: r.ID, Installation: installation, Owner: r.Owner, Name: r.Name, DefaultBranch: r.DefaultBranch, Private: r.Private, Archived: r.Archived}
}

// repository finds out where a repository is, and how its installation stands.
func (e *Engine) repository(ctx context.Context, id int64) (RepoInfo, bool, error) {
	repo := RepoInfo{ID: id}
	known, err := e.recall(ctx, repo.cursor(), &repo)
	if err != nil || !known {
		return RepoInfo{}, false, err
	}
	inst := InstallInfo{ID: repo.Installation}
	if _, err := e.recall(ctx, inst.cursor(), &inst); err != nil {
		return RepoInfo{}, false, err
	}
	repo.Gone = repo.Gone || inst.Gone
	repo.Suspended, repo.Allowed = inst.Suspended, inst.Changed
	return repo, true, nil
}

// suspendedAgain is when a subject of a suspended installation is looked at again, if nothing tells that it is no longer so.
const suspendedAgain = time.Hour

// tooLate says why a write that is on disk must not be sent any more; empty: it may. The disk was slow, and what was seen may no
// longer be so; or since the look began the repository was removed or transferred, or its installation suspended.
func (l *look) tooLate(ctx context.Context, s *rules.Snapshot) (string, error) {
	if l.Now().Sub(s.Now) > fresh {
		return "it took too long to write down", nil
	}
	now, known, err := l.repository(ctx, l.repo.ID)
	if !known || now.Gone || now.Suspended || now.Installation != l.repo.Installation {
		return "the installation no longer covers the repository", err
	}
	return "", err
}

// forgive lets acts be tried again at once that were refused for a lack of permission before the installation was allowed more.
func (l *look) forgive(m *memory) {
	for kind, b := range m.Backoff {
		if b.Status == http.StatusForbidden && b.Message != whyLimited && l.repo.Allowed.After(b.Until.Add(-unlessMended)) {
			delete(m.Backoff, kind)
		}
	}
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
		if err := l.unbar(ctx); err != nil {
			return err
		}
	}
	if config && l.repo.Name == ".github" {
		if err := l.organisation(ctx); err != nil {
			return err
		}
	}
	swept, err := l.GitHub.Sweep(ctx, l.repo.Installation, []github.RepoRef{l.ref()})
	if err != nil {
		return err
	}
	for _, s := range swept {
		sweep, err := l.compare(ctx, s, reading{everything: config})
		if err != nil {
			return err
		}
		l.heard(s)
		l.spread(sweep.Marks)
		l.pending.Heads = sweep.Heads
		for name, value := range sweep.Cursors {
			l.keepText(name, value)
		}
	}
	return l.finish(ctx, rules.WaitsFor(everywhere...))
}
