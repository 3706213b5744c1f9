package ghsim

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// GitHub signs what it commits itself, and nothing that is pushed, whatever names are in it.
func TestSignatures(t *testing.T) {
	const world = "merge: [merge, squash, rebase]\nprs: {7: {author: ana, head: a1, behind: 1}}\n"
	main := func(l *lab) string {
		return l.do("GET", "/repos/acme/api/git/ref/heads/main", "").want(200).obj["object"].(map[string]any)["sha"].(string)
	}
	merge := func(method string) func(*lab) string {
		return func(l *lab) string {
			l.do("GET", pull7, "")
			l.wait(3 * time.Second)
			l.do("PUT", mergePath, `{"merge_method":"`+method+`"}`).want(200)
			return main(l)
		}
	}
	script := func(line string) func(*lab) string {
		return func(l *lab) string {
			l.exec(line)
			l.wait(3 * time.Second)
			return l.head()
		}
	}
	commit := func(l *lab, token string) string {
		tip := main(l)
		tree := l.do("GET", "/repos/acme/api/git/commits/"+tip, "").obj["tree"].(map[string]any)["sha"].(string)
		r := l.as(token, "POST", "/repos/acme/api/git/commits", fmt.Sprintf(`{"message":"m","tree":"%s","parents":["%s"]}`, tree, tip)).want(201)
		return r.obj["sha"].(string)
	}
	for _, tt := range []struct {
		name   string
		make   func(*lab) string
		reason string
	}{
		{"merge", merge("merge"), "valid"},
		{"squash", merge("squash"), "valid"},
		{"rebase", merge("rebase"), "unsigned"},
		{"update-branch", func(l *lab) string {
			l.do("PUT", pull7+"/update-branch", `{}`).want(202)
			l.wait(3 * time.Second)
			return l.head()
		}, "valid"},
		{"a person's update", script("update 7 by bob"), "valid"},
		{"push", script("push 7 a2"), "unsigned"},
		{"a push with GitHub's name in it", script("forge 7 a2 {x: y} by bob"), "unsigned"},
		{"git API, App", func(l *lab) string { return commit(l, l.token) }, "valid"},
		{"git API, person", func(l *lab) string { return commit(l, l.person("bob")) }, "unsigned"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := newLab(t, world)
			sha := tt.make(l)
			said := l.do("GET", "/repos/acme/api/git/commits/"+sha, "").want(200).obj["verification"].(map[string]any)
			if said["reason"] != tt.reason || said["verified"] != (tt.reason == "valid") {
				t.Errorf("REST: %v, want %s", said, tt.reason)
			}
			query := fmt.Sprintf(`{"query":"{repository(owner:\"acme\",name:\"api\"){object(oid:\"%s\"){...on Commit{signature{isValid wasSignedByGitHub state}}}}}"}`, sha)
			want := map[string]string{"valid": `{"isValid":true,"wasSignedByGitHub":true,"state":"VALID"}`, "unsigned": `null`}[tt.reason]
			if got := string(l.do("POST", "/graphql", query).want(200).raw); !strings.Contains(got, `"signature":`+want) {
				t.Errorf("GraphQL: %s, want %s", got, want)
			}
			l.noErrs()
		})
	}
}

// A commit has the authors that its trailers name, after the one who made it; an address that no account has is nobody's.
func TestCoAuthors(t *testing.T) {
	l := newLab(t, "prs: {7: {author: ana, head: a1}}\n")
	bob := l.do("GET", "/users/bob", "").want(200).obj
	address := fmt.Sprintf("%.0f+bob@users.noreply.github.com", bob["id"])
	tip := l.do("GET", "/repos/acme/api/git/ref/heads/main", "").want(200).obj["object"].(map[string]any)["sha"].(string)
	tree := l.do("GET", "/repos/acme/api/git/commits/"+tip, "").obj["tree"].(map[string]any)["sha"].(string)
	message := fmt.Sprintf(`m\n\nCo-authored-by: Bob <%s>\nco-authored-by: Zoe <zoe@example.com>\nSigned-off-by: Cat <cat@example.com>`, address)
	sha := l.do("POST", "/repos/acme/api/git/commits", fmt.Sprintf(`{"message":"%s","tree":"%s","parents":["%s"]}`, message, tree, tip)).want(201).obj["sha"]
	query := fmt.Sprintf(`{"query":"{repository(owner:\"acme\",name:\"api\"){object(oid:\"%s\"){...on Commit{authors(first:10){totalCount nodes{email user{login}}}}}}}"}`, sha)
	want := fmt.Sprintf(`{"email":"%s","user":{"login":"bob"}},{"email":"zoe@example.com","user":null}]`, address)
	if got := string(l.do("POST", "/graphql", query).want(200).raw); !strings.Contains(got, want) || !strings.Contains(got, `"totalCount":3`) {
		t.Errorf("%s, want three with %s", got, want)
	}
	l.noErrs()
}

// A signature holds for the commit that it was made for and no other.
func TestSignatureThatDoesNotFit(t *testing.T) {
	w := newGQLWorld(t)
	sha, err := w.commitSigned(w.r.git, gitCommit{tree: emptyTree, author: w.github(), committer: w.github(), message: "m"})
	w.ok(w.internal(err))
	signed, err := w.r.git.commit(sha)
	w.ok(w.internal(err))
	if !w.signedHere(signed) {
		t.Error("GitHub's own signature does not hold")
	}
	stolen := *signed
	stolen.message = "another"
	sha, err = w.r.git.writeCommit(stolen)
	w.ok(w.internal(err))
	again, err := w.r.git.commit(sha)
	w.ok(w.internal(err))
	if w.signedHere(again) || w.verification(again)["reason"] != "unknown_key" || again.message != "another" {
		t.Errorf("a signature that was taken from another commit: %v", w.verification(again))
	}
}
