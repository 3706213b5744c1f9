package github

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-github/v57/github"
)

// Which errors in an answer are facts, and what the others mean: partial data are never taken for the whole.
func TestErrorsOfSnapshots(t *testing.T) {
	for _, tt := range []struct {
		name string
		typ  string
		path []any
		want string // fact, gone, permission, failure
	}{
		{"protection that we may not read", "FORBIDDEN", []any{"repository", "pullRequest", "baseRef", "branchProtectionRule"}, "fact"},
		{"protection that failed", "INTERNAL", []any{"repository", "pullRequest", "baseRef", "branchProtectionRule"}, "failure"},
		{"an organisation without a file", "NOT_FOUND", []any{"org"}, "fact"},
		{"a pull request of a base", "NOT_FOUND", []any{"repository", "p3"}, "fact"},
		{"one that may not be read", "FORBIDDEN", []any{"repository", "p3"}, "permission"},
		{"the pull request", "NOT_FOUND", []any{"repository", "pullRequest"}, "gone"},
		{"the repository", "NOT_FOUND", []any{"repository"}, "gone"},
		{"a comparison", "NOT_FOUND", []any{"repository", "pullRequest", "baseRef", "compare"}, "fact"},
		{"a file", "NOT_FOUND", []any{"repository", "pullRequest", "baseRef", "target", "owners1"}, "fact"},
		{"a file that may not be read", "FORBIDDEN", []any{"repository", "pullRequest", "baseRef", "target", "config"}, "permission"},
		{"reviewers", "FORBIDDEN", []any{"repository", "pullRequest", "reviewRequests", "nodes", 0, "requestedReviewer"}, "permission"},
		{"anything", "", nil, "failure"},
	} {
		facts, err := judge([]graphError{{Type: tt.typ, Path: tt.path}}, snapshotFacts)
		got := "failure"
		var permission *PermissionError
		switch {
		case len(facts) == 1 && err == nil:
			got = "fact"
		case errors.Is(err, ErrGone):
			got = "gone"
		case errors.As(err, &permission):
			got = "permission"
		case err == nil:
			got = "nothing"
		}
		if got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
	if !rateLimited([]graphError{{}, {Type: "RATE_LIMITED"}}) || rateLimited([]graphError{{Type: "FORBIDDEN"}}) {
		t.Error("limits are not told from other errors")
	}
}

// The newest failed attempt of a delivery is what is sent again; the log knows whether another one succeeded.
func TestFailedDeliveries(t *testing.T) {
	attempt := func(id int64, guid string, minutes float64, status int) *github.HookDelivery {
		return &github.HookDelivery{ID: &id, GUID: &guid, StatusCode: &status, DeliveredAt: &github.Timestamp{Time: after(minutes * 60)}}
	}
	got := failed([]*github.HookDelivery{
		attempt(9, "d", 9, 500), attempt(8, "a", 8, 502), attempt(7, "b", 7, 202), attempt(6, "c", 6, 0), attempt(5, "a", 5, 0), attempt(4, "b", 4, 500), attempt(1, "e", -1, 500),
	}, noon)
	var ids []int64
	for _, d := range got {
		ids = append(ids, d.ID)
	}
	if diff := cmp.Diff([]int64{4, 6, 8, 9}, ids); diff != "" {
		t.Error(diff)
	}
}

// A proposal is ours if we opened it and GitHub made every commit of it for us.
func TestOurs(t *testing.T) {
	by := func(author int64, emails ...string) proposalReply {
		p := proposalReply{Author: &actor{Typename: "Bot", DatabaseID: author}}
		for _, e := range emails {
			made := madeReply{Author: &authorReply{Email: e}, Committer: &authorReply{Email: "noreply@github.com"}, Signature: &signatureReply{IsValid: true, WasSignedByGitHub: true}}
			p.Commits.Nodes = append(p.Commits.Nodes, commitReply{made})
		}
		return p
	}
	const our, bob = "100+pitcrew[bot]@users.noreply.github.com", "1001+bob@users.noreply.github.com"
	more := by(100, our)
	more.Commits.PageInfo.HasNextPage = true
	spoilt := func(change func(*madeReply)) proposalReply {
		p := by(100, our, our)
		change(&p.Commits.Nodes[1].Commit)
		return p
	}
	for _, tt := range []struct {
		name string
		p    proposalReply
		want bool
	}{
		{"ours", by(100, our, our), true}, {"somebody else's", by(7, our), false}, {"with another commit", by(100, our, bob), false}, {"more than was read", more, false},
		{"not signed", spoilt(func(m *madeReply) { m.Signature = nil }), false},
		{"signed by somebody", spoilt(func(m *madeReply) { m.Signature.WasSignedByGitHub = false }), false},
		{"signature broken", spoilt(func(m *madeReply) { m.Signature.IsValid = false }), false},
		{"without an author", spoilt(func(m *madeReply) { m.Author = nil }), false},
		{"without a committer", spoilt(func(m *madeReply) { m.Committer = nil }), false},
		{"from a web page, by an address made to look like ours", spoilt(func(m *madeReply) { m.Author.Email = "100+x@users.noreply.evil.example" }), false},
		{"from a web page, by an address that begins like ours", spoilt(func(m *madeReply) { m.Author.Email = "100+x@evil.example" }), false},
		{"by an address of ours that another account has", spoilt(func(m *madeReply) { m.Author.User = &struct{ DatabaseID int64 }{7} }), false},
	} {
		if got := tt.p.ours(us); got != tt.want {
			t.Errorf("%s: %t", tt.name, got)
		}
	}
}

// The step that failed first says what became of a document of mutations.
func TestDecidingError(t *testing.T) {
	ref, commit, other := graphError{Path: []any{"ref"}}, graphError{Path: []any{"commit"}}, graphError{Message: "of the whole"}
	for _, tt := range []struct {
		errs []graphError
		want string
	}{{[]graphError{commit, ref}, "ref"}, {[]graphError{other, commit}, "commit"}, {[]graphError{other}, ""}} {
		if got := deciding(tt.errs, []string{"ref", "commit", "pull"}).first(); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}
