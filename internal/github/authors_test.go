package github

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pitcrew-app/pitcrew/rules"
)

// GitHub made a commit for a bot if its signature holds and both addresses are of the same GitHub.
func TestWhomACommitIsMadeFor(t *testing.T) {
	const bot = "49699333+dependabot[bot]@users.noreply.github.com"
	for _, c := range []struct {
		name, author, committer, signature string
		want                               int64
	}{
		{"made and signed", bot, "noreply@github.com", `{"isValid":true,"wasSignedByGitHub":true}`, 49699333},
		{"on another server", "7+dependabot[bot]@users.noreply.ghe.acme.io", "noreply@ghe.acme.io", `{"isValid":true,"wasSignedByGitHub":true}`, 7},
		{"not signed", bot, "noreply@github.com", `null`, 0},
		{"signed by somebody", bot, "noreply@github.com", `{"isValid":true,"wasSignedByGitHub":false}`, 0},
		{"a signature that does not hold", bot, "noreply@github.com", `{"isValid":false,"wasSignedByGitHub":true}`, 0},
		{"an address of one's own that looks like it", "49699333+dependabot[bot]@users.noreply.evil.example", "noreply@github.com", `{"isValid":true,"wasSignedByGitHub":true}`, 0},
		{"an address that begins like it", "49699333+dependabot@evil.example", "noreply@github.com", `{"isValid":true,"wasSignedByGitHub":true}`, 0},
		{"committed by somebody", bot, "ana@example.com", `{"isValid":true,"wasSignedByGitHub":true}`, 0},
		{"a number beyond all", "99999999999999999999+x@users.noreply.github.com", "noreply@github.com", `{"isValid":true,"wasSignedByGitHub":true}`, 0},
	} {
		var r writtenReply
		if err := json.Unmarshal([]byte(`{"commit":{"oid":"c1","authors":{"nodes":[{"email":"`+c.author+`"}]},"committer":{"email":"`+c.committer+`"},"signature":`+c.signature+`}}`), &r); err != nil {
			t.Fatal(err)
		}
		if got := r.commit().By; got != c.want {
			t.Errorf("%s: made for %d, want %d", c.name, got, c.want)
		}
	}
}

func TestCommitsAreReadWhole(t *testing.T) {
	var r writtenReply
	if err := json.Unmarshal([]byte(`{"commit":{"oid":"c1","message":"Add\n\nMore",
		"authors":{"nodes":[{"name":"Ana","email":"a@x.io","user":{"databaseId":1}},{"name":"Bo","email":"b@x.io","user":null}]},"committer":null,"signature":null}}`), &r); err != nil {
		t.Fatal(err)
	}
	want := rules.Commit{ID: "c1", Message: "Add\n\nMore", Authors: []rules.Author{{Name: "Ana", Email: "a@x.io", User: 1}, {Name: "Bo", Email: "b@x.io"}}}
	if diff := cmp.Diff(want, r.commit()); diff != "" {
		t.Error(diff)
	}
}
