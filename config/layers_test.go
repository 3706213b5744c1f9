package config_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pitcrew-app/pitcrew/config"
	"github.com/pitcrew-app/pitcrew/rules"
)

// layered is what holds in the repository service-api: each setting that no default says, and each notice.
func layered(t *testing.T, org, own string) string {
	t.Helper()
	o, problems := config.ReadOrg("org", []byte("version: 1\n"+org), rules.Forms)
	var file *config.File
	if own != "-" {
		var more []config.Problem
		file, more = config.Read("own", []byte("version: 1\n"+own))
		problems = append(problems, more...)
	}
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	got := o.Govern(file, "service-api")
	if got == nil {
		return "nothing\n"
	}
	var b strings.Builder
	for _, form := range rules.Forms {
		s := got.Sections[form.Name]
		switch {
		case s == nil:
			continue
		case s.Off:
			b.WriteString(form.Name + " off\n")
			continue
		}
		b.WriteString(form.Name + " on\n")
		problems, _ := config.CheckSections(map[string]*config.Section{form.Name: s}, []config.Form{form})
		for _, p := range problems {
			if p.Level == config.Error {
				t.Errorf("%v", p)
			}
		}
		for _, set := range s.Settings(form) {
			if set.Place != (config.Place{}) {
				fmt.Fprintf(&b, "%s: %s (%s)\n", set.Key, set.Value, set.Place)
			}
		}
	}
	for _, n := range got.Notices {
		b.WriteString(n.String() + "\n")
	}
	return b.String()
}

func TestLayers(t *testing.T) {
	for _, c := range []struct{ name, org, own, want string }{
		{"nothing is turned on by the organisation alone", "merge: {method: rebase}\n", "-", "nothing\n"},
		{"apply turns on", "apply: [\"SERVICE-*\"]\nmerge: {method: rebase}\n", "-", "merge on\nmerge.method: rebase (org:3)\n"},
		{"apply of others does not", "apply: [api]\nmerge: {}\n", "-", "nothing\n"},
		{"a file of its own that does not speak of it", "merge: {}\n", "update: {}\n", "update on\n"},
		{"a file of its own, and apply", "apply: \"*\"\nmerge: {}\n", "update: {}\n", "update on\nmerge on\n"},
		{"the organisation's settings are where a section starts from", "merge: {method: rebase}\n", "merge: {never: {label: hold}}\n",
			"merge on\nmerge.never.label: hold (own:2)\nmerge.method: rebase (org:2)\n"},
		{"off", "apply: \"*\"\nmerge: {}\n", "merge: off\n", "merge off\n"},
		{"off by the organisation, on by the repository, with what is built in", "merge: off\n", "merge: {}\n", "merge on\n"},
		{"off for a group", "apply: \"*\"\nmerge: {method: merge}\ngroups:\n  - {repositories: \"service-*\", merge: off}\n", "-", "merge off\n"},
		{"on again for a group", "apply: \"*\"\nmerge: off\ngroups:\n  - {repositories: \"service-*\", merge: {method: merge}}\n", "-", "merge on\nmerge.method: merge (org:5)\n"},
		{"groups in their order", "apply: \"*\"\nmerge: {method: merge}\ngroups:\n  - {repositories: \"service-*\", merge: {method: rebase}}\n  - {repositories: \"*-api\", merge: {method: squash}}\n  - {repositories: other, merge: {method: merge}}\n", "-",
			"merge on\nmerge.method: squash (org:6)\n"},
		{"maps merge and lists replace", "reviewers: {from: [ana, bob], request: 2, unless: {draft: true, label: [a, b]}}\n", "reviewers: {from: [cat], unless: {label: c}}\n",
			"reviewers on\nreviewers.request: 2 (org:2)\nreviewers.from: [cat] (own:2)\nreviewers.unless.draft: true (org:2)\nreviewers.unless.label: c (own:2)\n"},
		{"a list of policies is of one layer", "merge: {policies: [{name: a, approvals: 2}]}\n", "merge: {policies: [{name: b}]}\n",
			"merge on\nmerge.policies[0].name: b (own:2)\n"},
		{"locked lists are joined", "locked: [merge.never, merge.freeze]\nmerge: {never: {label: hold}, freeze: \"Sat 00:00 - Mon 00:00\"}\n", "merge: {never: {label: [wip], draft: true}, freeze: [\"2026-12-20 - 2027-01-06\"]}\n",
			"merge on\nmerge.never.label: hold (org:3)\nmerge.never.label: wip (own:2)\nmerge.never.draft: true (own:2)\nmerge.freeze: \"Sat 00:00 - Mon 00:00\" (org:3)\nmerge.freeze: [\"2026-12-20 - 2027-01-06\"] (own:2)\n"},
		{"of locked numbers the larger", "locked: reviewers.request\nreviewers: {request: 2}\n", "reviewers: {request: 3}\n", "reviewers on\nreviewers.request: 3 (own:2)\n"},
		{"and not the smaller", "locked: reviewers.request\nreviewers: {request: 2}\n", "reviewers: {request: 1}\n",
			"reviewers on\nreviewers.request: 2 (org:3)\nown:2:13: reviewers: request is locked by the organisation: the larger stays; see org:2\n"},
		{"where less is tighter, the smaller", "locked: update.per-day\nupdate: {per-day: 3}\n", "update: {per-day: 4}\n",
			"update on\nupdate.per-day: 3 (org:3)\nown:2:10: update: per-day is locked by the organisation: the smaller stays; see org:2\n"},
		{"a locked default", "locked: update.per-day\n", "update: {per-day: 2}\n", "update on\nupdate.per-day: 2 (own:2)\n"},
		{"of spans the longer", "locked: merge.soak\nmerge: {soak: 1h}\n", "merge: {soak: 30m}\n",
			"merge on\nmerge.soak: 1h (org:3)\nown:2:9: merge: soak is locked by the organisation: the larger stays; see org:2\n"},
		{"anything else stays", "locked: [merge.method, merge.policies]\nmerge: {method: rebase}\n", "merge: {method: merge, policies: [{approvals: 0}]}\n",
			"merge on\nmerge.method: rebase (org:3)\nown:2:9: merge: method is locked by the organisation: what it says stays; see org:2\nown:2:24: merge: policies is locked by the organisation: what it says stays; see org:2\n"},
		{"the same said twice is no matter", "locked: merge.method\nmerge: {method: rebase}\n", "merge: {method: rebase}\n", "merge on\nmerge.method: rebase (own:2)\n"},
		{"a locked section stays on", "apply: \"*\"\nlocked: merge\nmerge: {method: rebase}\n", "merge: off\n",
			"merge on\nmerge.method: rebase (org:4)\nown:2:1: merge: locked by the organisation: it stays on; see org:3\n"},
		{"or off", "locked: merge\nmerge: off\n", "merge: {}\n", "merge off\nown:2:1: merge: locked by the organisation: it stays off; see org:2\n"},
		{"and its keys are locked", "apply: \"*\"\nlocked: merge\nmerge: {method: rebase, never: {label: a}}\n", "merge: {method: squash, never: {label: b}}\n",
			"merge on\nmerge.never.label: a (org:4)\nmerge.never.label: b (own:2)\nmerge.method: rebase (org:4)\nown:2:9: merge: method is locked by the organisation: what it says stays; see org:3\n"},
		{"a group locks for its repositories", "groups:\n  - {repositories: \"service-*\", locked: merge.method, merge: {method: merge}}\n  - {repositories: other, locked: merge.never}\n", "merge: {method: squash}\n",
			"merge on\nmerge.method: merge (org:3)\nown:2:9: merge: method is locked by the organisation: what it says stays; see org:3\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, layered(t, c.org, c.own)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// Joined lists are decoded as one.
func TestJoinedListsAreDecoded(t *testing.T) {
	org, _ := config.ReadOrg("org", []byte("version: 1\nzone: UTC\nlocked: [propagate, merge.freeze]\npropagate: {except: a}\nmerge: {freeze: \"Sat 00:00 - Sun 00:00\"}\n"), rules.Forms)
	file, _ := config.Read("own", []byte("version: 1\npropagate: {except: [b]}\nmerge: {freeze: \"Mon 00:00 - Tue 00:00\"}\n"))
	all := org.Govern(file, "x").Sections
	var p rules.PropagateSettings
	var m rules.MergeSettings
	if problems := append(all["propagate"].Decode(&p), all["merge"].Decode(&m)...); len(problems) != 0 {
		t.Error(problems)
	}
	if !p.Except.Match("a") || !p.Except.Match("b") || len(m.Freeze) != 2 {
		t.Errorf("%v, %v", p.Except, m.Freeze)
	}
}

// Govern leaves the files alone: they are kept, and put together with others.
func TestGovernChangesNoFile(t *testing.T) {
	org, _ := config.ReadOrg("org", []byte("version: 1\nzone: Europe/Madrid\nlocked: [merge]\nmerge: {method: rebase, never: {label: a}}\n"), rules.Forms)
	file, _ := config.Read("own", []byte("version: 1\nmerge: {method: squash, never: {label: b}}\n"))
	form := rules.Forms[2]
	before := fmt.Sprint(file.Sections["merge"].Settings(form), file.Zone, file.Notices)
	first := fmt.Sprint(org.Govern(file, "a").Sections["merge"].Settings(form))
	if again := fmt.Sprint(org.Govern(file, "a").Sections["merge"].Settings(form)); again != first {
		t.Errorf("the second time %s, the first %s", again, first)
	}
	if after := fmt.Sprint(file.Sections["merge"].Settings(form), file.Zone, file.Notices); after != before {
		t.Errorf("after %s, before %s", after, before)
	}
	if zone := org.Govern(file, "a").Zone.String(); zone != "Europe/Madrid" {
		t.Errorf("zone %s", zone)
	}
}

func TestWhere(t *testing.T) {
	org, _ := config.ReadOrg("org", []byte("version: 1\nmerge:\n  method: rebase\n  policies:\n    - approvals: 2\n"), rules.Forms)
	file, _ := config.Read("own", []byte("version: 1\nmerge:\n  never: {label: x}\n  policies:\n    - name: a\n"))
	s := org.Govern(file, "a").Sections["merge"]
	for path, want := range map[string]string{
		"method": "org:3", "never.label": "own:3", "policies[0].name": "own:5", "policies[0].approvals": "built-in", "title": "built-in",
	} {
		if got := s.Where(path).String(); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}

func TestOrg(t *testing.T) {
	for _, c := range []struct {
		text    string
		observe config.Observe
		set     bool
		says    string
	}{
		{"version: 1\nobserve: true\n", config.ObserveYes, true, ""},
		{"version: 1\n", config.ObserveNo, false, ""},
		{"version: 1\nobserve: check\nmerge: {}\napply: [\"*\"]\n", config.ObserveCheck, true, ""},
		{"version: 1\nobserve: nope\n", config.ObserveYes, true, "error 2:10 observe"},
		{"observe: false\nlokced: []\n", config.ObserveNo, true, "error 1:1 version, error 2:1 "},
		{": :\n:", config.ObserveNo, false, "error 2:1 "},
	} {
		got, problems := config.ReadOrg(".platform.org.yml", []byte(c.text), rules.Forms)
		var says []string
		for _, p := range problems {
			says = append(says, fmt.Sprintf("%v %d:%d %s", p.Level, p.Line, p.Column, p.Path))
		}
		if got.Observe != c.observe || got.Set != c.set || strings.Join(says, ", ") != c.says {
			t.Errorf("%q: %v, %v, %q", c.text, got.Observe, got.Set, says)
		}
	}
}
