package ghsim

import (
	"strings"
	"testing"
)

func TestDiffMediaTypes(t *testing.T) {
	needsGit(t)
	l := newLab(t, "prs: {7: {author: ana, head: a1, files: {new.txt: hello}}}\n")
	l.exec("push main m2 {other.txt: not in the diff}")
	l.wild = true // the description knows JSON alone
	ask := func(path, media string) reply {
		r := l.with(l.token, "GET", path, "", map[string]string{"Accept": "application/vnd.github" + media}).want(200)
		if strings.Contains(string(r.raw), "other.txt") || !strings.HasPrefix(r.head.Get("Content-Type"), "application/vnd.github.") {
			t.Errorf("%s as %s: %s\n%s", path, media, r.head.Get("Content-Type"), r.raw)
		}
		return r
	}
	for _, path := range []string{"/repos/acme/api/pulls/7", "/repos/acme/api/compare/main...feature-7", "/repos/acme/api/commits/" + l.s.SHA("a1")} {
		for _, media := range []string{".diff", ".v3.diff"} {
			if text := string(ask(path, media).raw); !strings.HasPrefix(text, "diff --git a/new.txt b/new.txt\n") {
				t.Errorf("%s as %s:\n%s", path, media, text)
			}
		}
		if text := string(ask(path, ".patch").raw); !strings.HasPrefix(text, "From "+l.s.SHA("a1")) || !strings.Contains(text, "Subject: [PATCH]") {
			t.Errorf("%s as a patch:\n%s", path, text)
		}
	}
}
