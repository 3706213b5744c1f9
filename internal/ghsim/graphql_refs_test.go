package ghsim

import (
	"strings"
	"testing"
)

// refs lists what is under a prefix, however deep, with names from there on.
func TestGraphQLRefsUnderAPrefix(t *testing.T) {
	l := newLab(t, "releases: [v1.0.0]\nprs: {7: {author: ana, head: a1}}\n")
	for _, name := range []string{"pitcrew/a/x", "pitcrew/a/y", "pitcrew/b", "pitcrewing"} {
		l.do("POST", api+"/git/refs", `{"ref":"refs/heads/`+name+`","sha":"`+l.s.SHA("a1")+`"}`).want(201)
	}
	ask := func(args, want string) {
		t.Helper()
		text := strings.ReplaceAll(inAPI("refs(first:9,"+args+`){nodes{prefix name target{oid}}}`), `"`, `\"`)
		r := l.do("POST", "/graphql", `{"query":"`+text+`"}`).want(200)
		got := strings.NewReplacer(`,"target":{"oid":"`+l.s.SHA("a1")+`"}`, "", `{"data":{"repository":{"refs":{"nodes":`, "", "}}}}", "").Replace(string(r.raw))
		if got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", args, got, want)
		}
	}
	ask(`refPrefix:"refs/heads/pitcrew/"`, `[{"prefix":"refs/heads/pitcrew/","name":"a/x"},{"prefix":"refs/heads/pitcrew/","name":"a/y"},{"prefix":"refs/heads/pitcrew/","name":"b"}]`)
	ask(`refPrefix:"refs/heads/pitcrew/",query:"x"`, `[{"prefix":"refs/heads/pitcrew/","name":"a/x"}]`)
	ask(`refPrefix:"refs/heads/pitcrew/a/",orderBy:{field:ALPHABETICAL,direction:DESC}`, `[{"prefix":"refs/heads/pitcrew/a/","name":"y"},{"prefix":"refs/heads/pitcrew/a/","name":"x"}]`)
	ask(`refPrefix:"refs/heads/",query:"feature"`, `[{"prefix":"refs/heads/","name":"feature-7"}]`)
	ask(`refPrefix:"refs/heads/none/"`, `[]`)
	l.noErrs()
}

// An approval that the last push made worthless leaves a review to be asked for.
func TestGraphQLDecisionAfterTheLastPush(t *testing.T) {
	l := newLab(t, "protection: {main: {approvals: 1, last-push: true}}\npeople: {bob: write, cat: write}\nprs: {7: {author: ana, head: a1}}\n")
	decision := func(want string) {
		t.Helper()
		text := strings.ReplaceAll(inAPI(`pullRequest(number:7){reviewDecision}`), `"`, `\"`)
		l.do("POST", "/graphql", `{"query":"`+text+`"}`).says(200, `"reviewDecision":"`+want+`"`)
	}
	l.exec("review 7 cat approved")
	decision("APPROVED")
	l.exec("push 7 a2 by bob", "review 7 bob approved")
	decision("REVIEW_REQUIRED")
	l.exec("review 7 cat approved")
	decision("APPROVED")
	l.noErrs()
}

// Members of a connection come in the order that was asked for.
func TestGraphQLOrderByName(t *testing.T) {
	l := newLab(t, "repos: {acme/zeta: {}, acme/Beta: {}}\nteams: {ux: [bob], core: [cat]}\nprs: {7: {author: ana, head: a1, labels: [z, a]}}\n")
	names := func(query string) string {
		var list []string
		text := string(l.do("POST", "/graphql", `{"query":"`+strings.ReplaceAll(query, `"`, `\"`)+`"}`).want(200).raw)
		for i, part := range strings.Split(text, `"name":"`) {
			if name, _, _ := strings.Cut(part, `"`); i > 0 {
				list = append(list, name)
			}
		}
		return strings.Join(list, " ")
	}
	for query, want := range map[string]string{
		inAPI(`labels(first:9,orderBy:{field:NAME,direction:ASC}){nodes{name}}`):                                   "a z",
		inAPI(`labels(first:9,orderBy:{field:NAME,direction:DESC}){nodes{name}}`):                                  "z a",
		inAPI(`pullRequest(number:7){labels(first:9,orderBy:{field:NAME,direction:ASC}){nodes{name}}}`):            "a z",
		`{organization(login:"acme"){repositories(first:9,orderBy:{field:NAME,direction:ASC}){nodes{name}}}}`:      "api Beta zeta",
		`{organization(login:"acme"){repositories(first:9,orderBy:{field:CREATED_AT,direction:DESC}){nodes{id}}}}`: "",
		`{organization(login:"acme"){teams(first:9,orderBy:{field:NAME,direction:ASC}){nodes{name}}}}`:             "core ux",
	} {
		if got := names(query); got != want {
			t.Errorf("%s: got %q, want %q", query, got, want)
		}
	}
	l.noErrs()
}
