package rules

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pitcrew-app/pitcrew/config"
)

var rewrite = flag.Bool("update", false, "write the golden files anew")

const link = "https://pitcrew.example/acme/api/7"

// TestReports shows what people read on a pull request in each state; testdata/report has one file for each.
func TestReports(t *testing.T) {
	for _, c := range []struct {
		name   string
		config string
		change func(p *PR)
		snap   func(s *Snapshot)
	}{
		{name: "ready"},
		{name: "merged", change: func(p *PR) { p.State = "MERGED" }},
		{name: "approval", change: func(p *PR) { p.Reviews, p.Requests = nil, asked(2, 3) }},
		{name: "approvals-two", config: "merge: {policies: [{approvals: 2}]}", change: unapproved},
		{name: "changes", change: func(p *PR) { p.Reviews = []Review{review(2, "CHANGES_REQUESTED", head, 0)} }},
		{name: "check-red", change: func(p *PR) { p.Checks[0] = run("build", CheckFailed) }},
		{name: "checks", config: "merge: {policies: [{checks: [build, lint, e2e]}]}", change: func(p *PR) { p.Checks[0] = run("build", CheckPending) }},
		{name: "conflict", change: func(p *PR) { p.Mergeable = No }},
		{name: "unknown", change: unknown},
		{name: "behind", change: strict},
		{name: "behind-alone", config: "merge: {policies: [{}]}", change: strict},
		{name: "draft", change: func(p *PR) { p.Draft, p.MergeState = true, "DRAFT" }},
		{name: "held", config: "merge: {never: {label: 'auto*'}, policies: [{}]}"},
		{name: "held-and-waits", config: "merge: {never: {label: 'auto*'}, policies: [{}]}", change: unapproved},
		{name: "no-policy", config: "merge: {policies: [{name: asked, when: {label: ship}}, {name: bots, when: {author: 'renovate[bot]'}}]}"},
		{name: "fork", change: func(p *PR) { lent(EditsForbidden)(p); strict(p); p.Held = 1; p.Checks = nil }},
		{name: "refused", change: refused(KindMerge)},
		{name: "conversations", change: func(p *PR) { p.Protection.Conversations, p.Open = true, 1 }},
		{name: "observed", change: func(p *PR) { p.Memory.Observed = map[string]string{KindMerge: head} }},
		{name: "titled", config: "merge: {title: '{title} (#{number})', policies: [{}]}", change: func(p *PR) { p.Title = "Fixes #8 for @acme/core" }},
		{name: "titled-merged", config: "merge: {title: '{title}', policies: [{}]}", change: func(p *PR) { p.State = "MERGED" }},
		{name: "titled-rebase", config: "merge: {title: '{title}', method: rebase, policies: [{}]}"},
		{name: "titled-queue", config: "merge: {title: '{title}', policies: [{}]}", change: func(p *PR) { p.Queue = true }},
		{name: "bump-untold", config: "merge: {policies: [{name: small, when: {bump: patch}}]}", change: func(p *PR) {
			p.Author, p.Commits = Person{ID: botID, Login: dependabot, Bot: true, Token: "tok-bot"}, []Commit{{ID: "c1c1c1c1"}}
		}},
		{name: "broken", config: "merge: {aprovals: 1}"},
		{name: "broken-file", config: "mrge: {}"},
		{name: "unreadable", snap: func(s *Snapshot) { s.Config = Config{Unknown: "GitHub answered 502"} }},
		{name: "reviewers-only", config: "reviewers: {}"},
		{name: "off", config: "merge: off"},
		{name: "everything", config: "merge: {never: {title: 'Add*'}, policies: [{approvals: 3, checks: [build, lint]}]}", change: func(p *PR) {
			p.Draft, p.Mergeable, p.Protection.Conversations, p.Open = true, No, true, 2
			p.Reviews = []Review{review(2, "CHANGES_REQUESTED", head, 0), review(3, "CHANGES_REQUESTED", head, 0)}
		}},
		{name: "foreign-words", config: "merge: {never: {label: '*acme*'}, policies: [{}]}", change: func(p *PR) {
			p.Labels = []string{"@acme/core #1 [x](http://y) <img> &commat;zoe *b* _i_ \\["}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := c.config
			if text == "" {
				text = everythingOn
			}
			p := fit()
			if c.change != nil {
				c.change(p)
			}
			s := snapshot(file(t, text), p)
			s.Owners = ParseOwners("* @bo @cy")
			if c.snap != nil {
				c.snap(s)
			}
			verdicts := Decide(All, s)
			for _, v := range verdicts {
				drawn(t, v.Because)
			}
			check, _ := Report(s, p, verdicts, nil, link)
			readable(t, Summarise(Answers(verdicts), nil))
			golden(t, filepath.Join("testdata", "report", c.name+".md"), check.Conclusion+": "+check.Title+"\n\n"+check.Summary)
		})
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	if *rewrite {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got, -update writes it):\n%s", name, diff)
	}
}

// readable fails where the first thing that people read is no English: whole sentences, in few words, without holes.
func readable(t tester, sum Summary) {
	t.Helper()
	if words := len(strings.Fields(sum.Title)); words < 1 || words > 7 {
		t.Errorf("title %q has %d words", sum.Title, words)
	}
	s := sum.Sentence
	if s == "" || !strings.ContainsAny(s[len(s)-1:], ".?!") || s[0] >= 'a' && s[0] <= 'z' || sum.State == "" {
		t.Errorf("sentence %q (%s)", s, sum.State)
	}
	for _, hole := range []string{"{", "}", "  ", "..", "?.", " .", " ,", " ;", ": .", "()", ",,", ";;", ". it", "for .", "for ,", "and ."} {
		if strings.Contains(strings.ReplaceAll(s, ".platform.yml", "the file"), hole) {
			t.Errorf("sentence %q has %q", s, hole)
		}
	}
	if strings.Count(s, "Waits for ") > 1 || strings.Contains(s, ". Then ") != strings.HasPrefix(s, "Waits for ") {
		t.Errorf("sentence %q promises too much or too little", s)
	}
}

// Shows: C11.
func TestReportIsWrittenOnlyWhenItsTextChanges(t *testing.T) {
	c := file(t, everythingOn)
	report := func(p *PR) (ReportCheck, bool) {
		s := snapshot(c, p)
		return Report(s, p, Decide(All, s), nil, link)
	}
	own := func(external string) Check {
		return Check{ID: 55, Name: CheckName, App: us.ID, State: CheckPassed, Result: "SUCCESS", External: external}
	}
	first, write := report(fit())
	if !write || first.Existing != 0 || first.Head != head || first.Digest == "" {
		t.Errorf("the first: %v %+v", write, first)
	}
	for _, test := range []struct {
		name     string
		change   func(p *PR)
		write    bool
		existing int64
	}{
		{"said already", func(p *PR) { p.Checks = append(p.Checks, own(first.Digest)) }, false, 55},
		{"another text", func(p *PR) { p.Checks = append(p.Checks, own("old")) }, true, 55},
		{"another app's check of our name", func(p *PR) { c := own(first.Digest); c.App = 7; p.Checks = append(p.Checks, c) }, true, 0},
		{"not all checks were read, and it was said", func(p *PR) {
			p.Memory.Done = map[string]string{KindReport: first.Key()}
		}, false, 0},
		{"said on an older head", func(p *PR) { p.Memory.Done = map[string]string{KindReport: "older " + first.Digest} }, true, 0},
		{"closed", func(p *PR) { p.State = "CLOSED" }, false, 0},
		{"merged, never reported", func(p *PR) { p.State = "MERGED" }, false, 0},
		{"merged, success there", func(p *PR) { p.State = "MERGED"; p.Checks = append(p.Checks, own("old")) }, false, 55},
		{"merged, waiting there", func(p *PR) {
			p.State = "MERGED"
			check := own("old")
			check.Result = "NEUTRAL"
			p.Checks = append(p.Checks, check)
		}, true, 55},
	} {
		t.Run(test.name, func(t *testing.T) {
			check, write := report(with(test.change))
			if write != test.write || check.Existing != test.existing {
				t.Errorf("writes %v over %d, want %v over %d", write, check.Existing, test.write, test.existing)
			}
		})
	}
	s := snapshot(Config{}, fit())
	if _, write := Report(s, s.PR, Decide(All, s), nil, link); write {
		t.Error("a repository without a file hears of us")
	}
}

// A later try of what GitHub refused is no news.
func TestReportOfARefusalStays(t *testing.T) {
	digest := func(times int, until time.Duration) string {
		p := with(refused(KindMerge))
		b := p.Memory.Backoff[KindMerge]
		b.Times, b.Until = times, noon.Add(until)
		p.Memory.Backoff[KindMerge] = b
		s := snapshot(file(t, everythingOn), p)
		check, _ := Report(s, p, Decide(All, s), nil, link)
		return check.Digest
	}
	if digest(1, time.Second) != digest(5, time.Minute) {
		t.Error("each try writes a new text")
	}
}

func TestConclusions(t *testing.T) {
	for _, c := range []struct {
		answers []Answer
		want    string
	}{
		{[]Answer{{Rule: "merge", Because: []Reason{reason(CodeInLine, Waiting)}}}, conclusionSuccess},
		{[]Answer{{Rule: "reviewers", Because: []Reason{reason(CodeMerged, Done)}}}, conclusionSuccess},
		{[]Answer{{Rule: "merge", Because: []Reason{reason(CodeApprovals, NeedsYou)}}}, conclusionNeutral},
		{[]Answer{{Rule: "merge", Because: []Reason{reason(CodeInLine, Waiting)}}, {Rule: "update", Because: []Reason{reason(CodeConfigBroken, NeedsYou)}}}, conclusionBroken},
		{nil, conclusionNeutral},
	} {
		if got := conclusion(c.answers); got != c.want {
			t.Errorf("%v: %s, want %s", c.answers, got, c.want)
		}
	}
}

func TestEscape(t *testing.T) {
	for text, want := range map[string]string{
		"@bo":                    "@\u200bbo",
		"see #12":                "see #\u200b12",
		"&commat;bo":             "&amp;commat;bo",
		`\[x](y)`:                `\\\[x](y)`,
		"<b>":                    "&lt;b>",
		"a\nb":                   "a b",
		"a\u2028b\x1b[":          `a b \[`,
		"a\u202eb\u2066c\u200ed": "abcd",
		"*a* _b_ ~~c~":           `\*a\* \_b\_ \~\~c\~`,
	} {
		if got := Escape(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestObserveIsNoProblem(t *testing.T) {
	c := file(t, "observe: check\nmerge: {policies: [{}]}")
	if c.Observe != config.ObserveCheck || merged(t, snapshot(c, fit())) != "" {
		t.Errorf("observe %v: deciding does not depend on it", c.Observe)
	}
}
