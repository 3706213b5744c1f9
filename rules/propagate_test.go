package rules

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

const manifestText = `{"name": "shop", "dependencies": {"@acme/ui": "^1.2.0"}}`

// released is version 1.3.0 of @acme/ui, seen from acme/shop, which uses 1.2.0.
func released(c Config, change func(r *Release)) *Snapshot {
	r := &Release{
		Tag: "v1.3.0", Package: "@acme/ui", Source: Repo{ID: 2, Owner: "acme", Name: "ui"}, Memory: &Memory{},
		Target: &Target{Repo: Repo{ID: 3, Owner: "acme", Name: "shop"}, Branch: "main", Tip: tip, Manifest: "package.json", Text: []byte(manifestText)},
	}
	if change != nil {
		change(r)
	}
	return &Snapshot{Subject: ReleaseTargetSubject(2, r.Tag, 3), Now: noon, Config: c, App: us, Repo: Repo{ID: 2}, Release: r}
}

func TestPropagate(t *testing.T) {
	open := func(text string, ours bool) func(*Release) {
		return func(r *Release) {
			r.Target.Proposed = &Proposal{Number: 12, ID: "PR_12", Head: "ours1", Ours: ours, Text: []byte(text)}
		}
	}
	using := func(rng string) string { return strings.ReplaceAll(manifestText, "^1.2.0", rng) }
	done := func(kind string) func(*Release) {
		return func(r *Release) { r.Memory.Done = map[string]string{kind: "@acme/ui@1.3.0"} }
	}
	for _, c := range []struct {
		name   string
		config string
		change func(r *Release)
		does   string
		says   string
	}{
		{name: "opens", does: "open-pull-request @acme/ui@1.3.0"},
		{name: "draft", change: func(r *Release) { r.Draft = true }, says: "v1.3.0 is a draft, which is not propagated"},
		{name: "prerelease", change: func(r *Release) { r.Prerelease = true }, says: "v1.3.0 is a prerelease, which is not propagated"},
		{name: "prerelease by its version", change: func(r *Release) { r.Tag = "v1.3.0-rc.1" }, says: "v1.3.0-rc.1 is a prerelease, which is not propagated"},
		{name: "no semantic version", change: func(r *Release) { r.Tag = "spring" }, says: "spring is no semantic version"},
		{name: "without a v", change: func(r *Release) { r.Tag = "1.3.0" }, does: "open-pull-request @acme/ui@1.3.0"},
		{name: "no package", change: func(r *Release) { r.Package = "" }, says: "the repository has no package at v1.3.0"},
		{name: "only the release", change: func(r *Release) { r.Target = nil }},
		{name: "archived", change: func(r *Release) { r.Target.Repo.Archived = true }, says: "the repository is archived"},
		{name: "by the repository's name", config: "propagate: {packages: [acme/ui]}", does: "open-pull-request @acme/ui@1.3.0"},
		{name: "not named", config: "propagate: {packages: [other]}", says: "`propagate.packages` does not name @acme/ui"},
		{name: "excepted", config: "propagate: {except: ['acme/*']}", says: "`propagate.packages` does not name @acme/ui"},
		{name: "not built yet, and would hold it back", config: "propagate: {quiet: 'Mon 08:00 - Mon 10:00'}",
			says: ".platform.yml:2:13: propagate: quiet is known but not built yet: propagate does nothing while it is here; remove it to let the rest act"},
		{name: "no manifest", change: func(r *Release) { r.Target.Text = nil }, says: "@acme/ui is not used here"},
		{name: "not used", change: func(r *Release) { r.Target.Text = []byte(`{}`) }, says: "@acme/ui is not used here"},
		{name: "manifest broken", change: func(r *Release) { r.Target.Text = []byte(`{`) }, says: "package.json: line 1, column 1: unexpected end of JSON input"},
		{name: "lock file", change: func(r *Release) { r.Target.Locks = []string{"yarn.lock"} }, says: "yarn.lock would have to change too, which pitcrew cannot do yet"},
		{name: "lock file, nothing to do", change: func(r *Release) {
			r.Target.Locks, r.Target.Text = []string{"yarn.lock"}, []byte(using("^1.3.0"))
		}, says: "package.json: dependencies ^1.3.0 left alone: it is at this version already"},
		{name: "workspace", change: func(r *Release) { r.Target.Text = []byte(using("workspace:*")) }, says: "package.json: dependencies workspace:* left alone: it is taken from the workspace"},
		{name: "newer there", change: func(r *Release) { r.Target.Text = []byte(using("^2.0.0")) }, says: "package.json: dependencies ^2.0.0 left alone: it is at a newer version already"},
		{name: "proposed already", change: open(using("^1.3.0"), true), says: "proposed as #12"},
		{name: "a newer one is proposed", change: open(using("^1.4.0"), true), says: "proposed as #12"},
		{name: "an older one is proposed, and moves", change: open(using("^1.2.5"), true), does: "move-pull-request @acme/ui@1.3.0"},
		{name: "a foreign commit", change: open(using("^1.2.5"), false), says: "the branch pitcrew/update-acme+ui has commits that are not pitcrew's"},
		{name: "a branch left behind", change: func(r *Release) { r.Target.Branches = map[string]string{"pitcrew/update-acme+ui": "left1"} }, does: "open-pull-request @acme/ui@1.3.0"},
		{name: "proposed once and closed", change: done(KindOpen), says: "@acme/ui 1.3.0 was proposed once, and that pull request is gone"},
		{name: "moved to once and closed", change: done(KindMove), says: "@acme/ui 1.3.0 was proposed once, and that pull request is gone"},
		{name: "no memory", change: func(r *Release) { r.Memory = nil }, does: "open-pull-request @acme/ui@1.3.0"},
		{name: "off", config: "merge: {}", says: "propagate is not turned on here"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := c.config
			if text == "" {
				text = "propagate: {}"
			}
			s := released(file(t, text), c.change)
			v := verdict(t, s, "propagate")
			var does, says []string
			for _, a := range v.Do {
				does = append(does, a.Kind()+" "+a.Key())
				if a.About() != s.Subject {
					t.Errorf("%s is about %s", a.Kind(), a.About())
				}
			}
			for _, r := range v.Because {
				says = append(says, r.Sentence(nil))
			}
			if got := strings.Join(does, "; "); got != c.does {
				t.Errorf("does %q, want %q", got, c.does)
			}
			if got := strings.Join(says, "; "); got != c.says {
				t.Errorf("says %q\nwant %q", got, c.says)
			}
		})
	}
}

func TestProposalIsPinned(t *testing.T) {
	s := released(file(t, "propagate: {}"), func(r *Release) {
		r.Target.Branches = map[string]string{"pitcrew/update-acme+ui": "left1"}
	})
	a := verdict(t, s, "propagate").Do[0].(OpenPR)
	if a.Base != tip || a.BaseRef != "main" || a.Path != "package.json" || a.Stale != "left1" || a.Title != "Update @acme/ui to 1.3.0" {
		t.Errorf("opens %+v", a)
	}
	if want := strings.ReplaceAll(manifestText, "^1.2.0", "^1.3.0"); string(a.Text) != want {
		t.Errorf("writes %s", a.Text)
	}
	if !strings.Contains(a.Body, "from `^1.2.0` to `^1.3.0`") {
		t.Errorf("says %q", a.Body)
	}

	s = released(file(t, "propagate: {}"), func(r *Release) {
		r.Target.Proposed = &Proposal{Number: 12, ID: "PR_12", Head: "ours1", Ours: true, Text: []byte(manifestText)}
	})
	m := verdict(t, s, "propagate").Do[0].(MovePR)
	if m.Head != "ours1" || m.Number != 12 || m.ID != "PR_12" || m.Stale != "" {
		t.Errorf("moves %+v", m)
	}
}

func TestBranchNames(t *testing.T) {
	for pkg, want := range map[string]string{
		"left-pad": "pitcrew/update-left-pad", "@acme/ui": "pitcrew/update-acme+ui", "acme-ui": "pitcrew/update-acme-ui", "lodash.get": "pitcrew/update-lodash.get",
	} {
		if got := Branch(pkg); got != want {
			t.Errorf("%s: %s, want %s", pkg, got, want)
		}
	}
}

// The names are those that npm ever took; git's rules are those of git-check-ref-format.
// Shows: X11.
func TestBranchesAreNamesAndDiffer(t *testing.T) {
	name := rapid.StringMatching(`(@[A-Za-c.~_-]{1,4}/)?([A-Za-c0-1~_.-]{1,6}|a\.lock)`)
	rapid.Check(t, func(t *rapid.T) {
		a, b := name.Draw(t, "a"), name.Draw(t, "b")
		got := Branch(a)
		if strings.ContainsAny(got, " ~^:?*[\\") || strings.Contains(got, "..") || strings.HasSuffix(got, ".") || strings.HasSuffix(got, ".lock") || strings.Contains(got, "/.") {
			t.Fatalf("%s: git does not take %s", a, got)
		}
		if a != b && strings.EqualFold(got, Branch(b)) {
			t.Fatalf("%s and %s share %s", a, b, got)
		}
	})
}

func TestSettleProposal(t *testing.T) {
	in := Intent{Kind: KindOpen, Key: "@acme/ui@1.3.0", At: noon}
	raised := []byte(strings.ReplaceAll(manifestText, "^1.2.0", "^1.3.0"))
	for _, c := range []struct {
		name   string
		in     func(in *Intent)
		change func(r *Release)
		want   string
	}{
		{name: "nothing yet"},
		{name: "there", change: func(r *Release) { r.Target.Proposed = &Proposal{Text: raised} }, want: EventSeen},
		{name: "there at an older version", change: func(r *Release) { r.Target.Proposed = &Proposal{Text: []byte(manifestText)} }},
		{name: "merged since", in: func(in *Intent) { in.Sent = true }, change: func(r *Release) { r.Target.Text = raised }, want: EventSeen},
		{name: "somebody else raised it", change: func(r *Release) { r.Target.Text = raised }},
		{name: "given up", in: func(in *Intent) { in.At = noon.Add(-settleUnpinned) }, want: EventAbsent},
		{name: "the release alone", change: func(r *Release) { r.Target = nil }},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := in
			if c.in != nil {
				c.in(&in)
			}
			s := released(Config{}, c.change)
			event, act := SettleProposal(in, s, s.Release)
			if event != c.want || act.Key != in.Key || act.Kind != in.Kind {
				t.Errorf("%q %+v, want %q", event, act, c.want)
			}
		})
	}
}

func TestFannedOut(t *testing.T) {
	for n, want := range map[int]string{0: "x is used in 0 repositories of the installation", 1: "x is used in 1 repository of the installation"} {
		if got := fmt.Sprint(FannedOut("x", n).Sentence(nil)); got != want {
			t.Errorf("got %q", got)
		}
	}
}
