package server_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/pitcrew-app/pitcrew/config"
	"github.com/pitcrew-app/pitcrew/internal/github"
	"github.com/pitcrew-app/pitcrew/internal/ledger"
	"github.com/pitcrew-app/pitcrew/rules"
)

const orgText = `version: 1
apply: [api]
locked: [merge.never]
reviewers: {request: 2}
merge: {never: {label: hold}, method: rebase}
`

// governed are files of repositories, by name and branch; below all of them lies the organisation's.
var governed = map[string]string{
	"acme/api main": `version: 1
merge:
  never: {title: "WIP*"}
  policies:
    - {name: bots, when: {author: "dependabot[bot]"}, approvals: 0}
    - {when: {label: automerge, files: {any: ["src/**"], except: ["**/*.md"]}}, checks: [build]}
update: off
`,
	"acme/api soon":     "version: 1\nmerge: {metod: squash}\nreviewers: {from: []}\n",
	"acme/api observed": "version: 1\nobserve: check\nmerge: {}\n",
	"acme/docs main":    "version: 1\nmerg: {}\nmerge: {policies: [{aprovals: 2}]}\n",
}

// readGoverned stands for GitHub: what governs a branch.
func readGoverned(_ context.Context, repo ledger.Repository, base string) (rules.Config, error) {
	switch base {
	case "away":
		return rules.Config{}, errors.New("GitHub answers 502")
	case "gone":
		return rules.Config{}, github.ErrGone
	case "hidden":
		return rules.Config{Unknown: ".platform.org.yml was read in acme/.github before and cannot be found now"}, nil
	}
	text, ok := governed[repo.FullName()+" "+base]
	if !ok {
		return rules.Config{}, nil
	}
	file, problems := config.Read(rules.ConfigName, []byte(text))
	org, _ := config.ReadOrg(rules.OrgConfigName, []byte(orgText), rules.Forms)
	return rules.Config{File: org.Govern(file, repo.Name), Problems: problems, Observe: file.Observe, Blob: "0123456789abcdef"}, nil
}

// A page that asks GitHub says so where it gets no answer, and shows what was known before; the same without a way to GitHub.
func TestConfigUnread(t *testing.T) {
	h := busy(t)
	for _, ask := range []func(context.Context, ledger.Repository, string) (rules.Config, error){readGoverned, nil} {
		h.pages.Config = ask
		w := h.get("/repositories/acme/api/config?base=away")
		if w.Code != 200 || !strings.Contains(w.Body.String(), "GitHub gave no answer in time") || !strings.Contains(w.Body.String(), "What the newest look found") {
			t.Errorf("status %d:\n%s", w.Code, w.Body)
		}
	}
}

// What the page says of a section is what the rules do: one that is stopped decides nothing, one that is off is off.
func TestConfigPageSaysWhatRulesDo(t *testing.T) {
	h := busy(t)
	h.pages.Config = readGoverned
	for name := range governed {
		full, base, _ := strings.Cut(name, " ")
		repo := ledger.Repository{Owner: "acme", Name: strings.TrimPrefix(full, "acme/")}
		c, err := readGoverned(t.Context(), repo, base)
		if err != nil {
			t.Fatal(err)
		}
		page := h.get("/repositories/" + full + "/config?base=" + base).Body.String()
		pull := &rules.PR{Number: 1, State: "OPEN", BaseRef: base, Memory: &rules.Memory{}}
		verdicts := rules.Decide(rules.All, &rules.Snapshot{Subject: rules.PRSubject(1, 1), Config: c, PR: pull})
		for _, v := range verdicts {
			_, after, found := strings.Cut(page, `<h2 id="`+v.Rule+`">`)
			if !found {
				t.Fatalf("%s: no section %s", name, v.Rule)
			}
			said, _, _ := strings.Cut(after, "</h2>")
			if got, want := wordOf(said), wordOfRule(c, v); got != want {
				t.Errorf("%s: %s is said to be %q, and the rule is %q: %v", name, v.Rule, got, want, v.Because)
			}
		}
	}
}

func wordOf(said string) string {
	for _, word := range []string{"only observed", "stopped", "off", "on"} {
		if strings.HasSuffix(strings.TrimSuffix(said, "</span>"), " "+word) {
			return word
		}
	}
	return said
}

func wordOfRule(c rules.Config, v rules.Verdict) string {
	for _, r := range v.Because {
		switch r.Code {
		case rules.CodeOff:
			return "off"
		case rules.CodeConfigBroken, rules.CodeConfigLater, rules.CodeConfigUnknown:
			return "stopped"
		}
	}
	if c.Observe != config.ObserveNo {
		return "only observed"
	}
	return "on"
}
