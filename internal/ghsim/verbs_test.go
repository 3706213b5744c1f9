package ghsim

import (
	"fmt"
	"strings"
	"testing"
)

const verbsHead = `# The verbs of scripts

Generated from the table of verbs: ` + "`go test ./internal/ghsim -run Verbs -update`" + `. A line of a story, of the demo's events or of POST /_sim/exec is
one verb with its words. 7 is a pull request of the story's own repository, acme/lib#7 one of another. {…} is YAML; the names of
commits (a1, m2) are the story's own. "by" says who does it, "at" on which commit, "in" in which repository. What cannot happen is
an error that says why, with the line that asked for it.

| verb | write |
|---|---|
`

func verbsText() string {
	var b strings.Builder
	b.WriteString(verbsHead)
	for _, v := range verbs() {
		fmt.Fprintf(&b, "| %s | %s |\n", v.name, strings.ReplaceAll(v.usage, "|", "\\|"))
	}
	fmt.Fprintf(&b, "\nROUTE is one of %s, or METHOD /path/{x} as in GitHub's documentation. What can go wrong besides a status: %s.\n",
		strings.Join(routeNames, ", "), strings.Join(faultWords, ", "))
	b.WriteString("In a story there are besides: `wait`, `wait 5m`, `restart [SECRET]`, `backup`, `restore`, `pause NAME [BRANCH]`, `resume NAME [BRANCH]`, `crash ROUTE [after]`.\n")
	return b.String()
}

// VERBS.md is the table of verbs, and each verb's usage starts with its name.
func TestVerbs(t *testing.T) {
	seen := map[string]bool{}
	for _, v := range verbs() {
		if seen[v.name] || !strings.HasPrefix(v.usage, v.name) {
			t.Errorf("%s: twice, or its usage does not start with it: %s", v.name, v.usage)
		}
		seen[v.name] = true
	}
	compareFile(t, "VERBS.md", verbsText())
}

// What the new verbs cannot do is an error that says why.
func TestWeatherErrors(t *testing.T) {
	l := newLab(t, "repos: {acme/api: {prs: {7: {head: a1}}}, acme/lib: {}}\n")
	for text, want := range map[string]string{
		"storm often":               "no probability",
		"storm 0.1 coffee":          "no route is called",
		"limits most":               "off, primary or all",
		"limits all rude":           "neither bare nor 429",
		"skew soon":                 "no duration",
		"busy 9 5s":                 "no pull request 9",
		"corrupt 9":                 "no pull request 9",
		"replay 99":                 "webhooks were sent",
		"huge none":                 "no number of times",
		"tags":                      "a tag is missing",
		"tags a..b":                 "no name of a tag",
		"react 7 bob +1":            "no comment",
		"transfer acme/lib nobody":  "nobody is called nobody",
		"delete-repo acme/gone":     "no repository is called",
		"update 7 sideways":         "by merge or rebase",
		"fail merge truncate twice": "neither after nor xN",
		"rename acme/lib api":       "exists already",
	} {
		if err := l.s.Exec(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", text, err, want)
		}
	}
}
