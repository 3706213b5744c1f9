package rules

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

func TestComment(t *testing.T) {
	const asked = "comment: true\n" + everythingOn
	written := Commented{ID: 5, Digest: "old"}
	waits := func(p *PR) { p.Reviews = nil }
	for _, c := range []struct {
		name, config string
		was          Commented
		change       func(p *PR)
		snap         func(s *Snapshot)
		write        bool
		existing     int64
	}{
		{name: "the first", config: asked, change: waits, write: true},
		{name: "not asked for", config: everythingOn, change: waits},
		{name: "taken back", config: "comment: false\n" + everythingOn, was: written, change: waits},
		{name: "other words", config: asked, was: written, change: waits, write: true, existing: 5},
		{name: "deleted", config: asked, was: Commented{Unwanted: true}, change: waits},
		{name: "refused at this head", config: asked, was: Commented{Refused: head}, change: waits},
		{name: "refused at another head", config: asked, was: Commented{Refused: "older"}, change: waits, write: true},
		{name: "nothing is turned on", config: "comment: true\n"},
		{name: "nothing is turned on any more", config: "comment: true\n", was: written, write: true, existing: 5},
		{name: "merged, none there", config: asked, change: func(p *PR) { p.State = "MERGED" }},
		{name: "merged", config: asked, was: written, change: func(p *PR) { p.State = "MERGED" }, write: true, existing: 5},
		{name: "closed, none there", config: asked, change: func(p *PR) { p.State = "CLOSED" }},
		{name: "closed", config: asked, was: written, change: func(p *PR) { p.State = "CLOSED" }, write: true, existing: 5},
		{name: "archived", config: asked, was: written, change: waits, snap: func(s *Snapshot) { s.Repo.Archived = true }},
		{name: "a broken file", config: "comment: true\nmarge: {}\n", was: written, change: waits},
		{name: "a file that cannot be read", config: asked, change: waits, snap: func(s *Snapshot) { s.Config.Unknown = "gone" }},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := fit()
			if c.change != nil {
				c.change(p)
			}
			s := snapshot(file(t, c.config), p)
			if c.snap != nil {
				c.snap(s)
			}
			p.Memory.Comment = c.was
			verdicts := Decide(All, s)
			a, write := Comment(s, p, verdicts, nil, "https://pitcrew.test/p/7")
			if write != c.write || write && a.Existing != c.existing {
				t.Fatalf("write %t of %d, want %t of %d", write, a.Existing, c.write, c.existing)
			}
			if !write {
				return
			}
			check := stated(s, p, verdicts, nil, "https://pitcrew.test/p/7")
			if a.Body != CommentMark+check.Summary {
				t.Errorf("the comment says %q and the check run %q", a.Body, check.Summary)
			}
			p.Memory.Comment = Commented{ID: 5, Digest: a.Digest}
			if _, again := Comment(s, p, verdicts, nil, "https://pitcrew.test/p/7"); again {
				t.Error("written again with the same words")
			}
		})
	}
}

// What foreign text says in a comment calls nobody and points nowhere; our own link stays one.
func TestCommentIsQuiet(t *testing.T) {
	p := with(func(p *PR) {
		p.Labels = []string{"@acme/core #1 gh-12 GH-3 https://github.com/acme/api/issues/9 <!-- x --> <img src=x> acme/api#4"}
	})
	s := snapshot(file(t, "comment: true\nmerge: {never: {label: '*acme*'}, policies: [{}]}"), p)
	a, write := Comment(s, p, Decide(All, s), nil, "https://pitcrew.test/p/7")
	if !write || !strings.Contains(a.Body, "acme/core") || !strings.HasSuffix(a.Body, "](https://pitcrew.test/p/7)\n") {
		t.Fatalf("%t %s", write, a.Body)
	}
	body := strings.TrimPrefix(a.Body[:strings.LastIndex(a.Body, "](https://pitcrew")], CommentMark)
	for _, living := range []string{"@a", "#1", "#4", "gh-1", "GH-3", "://", "<"} {
		if strings.Contains(body, living) {
			t.Errorf("%q lives in %s", living, body)
		}
	}
}

func TestSettleComment(t *testing.T) {
	doc := func(a WriteComment) json.RawMessage {
		b, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	create := doc(WriteComment{Head: head, Digest: "d"})
	change := doc(WriteComment{Head: head, Digest: "d", Existing: 5})
	for _, c := range []struct {
		name   string
		action json.RawMessage
		ago    time.Duration
		status int
		shown  *OwnComment
		want   string
		after  Commented
	}{
		{name: "created", action: create, shown: &OwnComment{5, "x"}, want: EventSeen, after: Commented{ID: 5, Digest: "d"}},
		{name: "not there yet", action: create, ago: 29 * time.Second, shown: &OwnComment{}},
		{name: "not there for long", action: create, ago: 30 * time.Second, shown: &OwnComment{}, want: EventAbsent},
		{name: "not looked for", action: create, ago: 9 * time.Minute},
		{name: "not looked for for long", action: create, ago: 10 * time.Minute, want: EventAbsent},
		{name: "changed", action: change, shown: &OwnComment{5, "d"}, want: EventSeen, after: Commented{ID: 5, Digest: "d"}},
		{name: "not changed yet", action: change, ago: 9 * time.Second, shown: &OwnComment{5, "x"}},
		{name: "not changed", action: change, ago: 10 * time.Second, shown: &OwnComment{5, "x"}, want: EventAbsent},
		{name: "not found, and there", action: change, ago: 10 * time.Second, status: 404, shown: &OwnComment{5, "x"}, want: EventAbsent},
		{name: "not shown, which GitHub did not say", action: change, ago: 10 * time.Second, status: 502, shown: &OwnComment{}, want: EventAbsent},
		{name: "deleted, perhaps", action: change, ago: 9 * time.Second, status: 404, shown: &OwnComment{}},
		{name: "deleted", action: change, ago: 10 * time.Second, status: 404, shown: &OwnComment{}, want: EventRefused, after: Commented{Unwanted: true}},
		{name: "one that cannot be read", action: json.RawMessage("{"), shown: &OwnComment{5, "d"}, want: EventAbsent},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := with(func(p *PR) { p.Comment = c.shown })
			in := Intent{Kind: KindComment, Key: "k", At: noon.Add(-c.ago), Status: c.status, Action: c.action}
			event, act := Settle(in, snapshot(Config{}, p), p)
			if event != c.want {
				t.Fatalf("%q, want %q", event, c.want)
			}
			m := &Memory{Open: map[string]Intent{KindComment: in}}
			if event != "" {
				m.foldAct(event, noon, act)
			}
			if m.Comment != c.after {
				t.Errorf("remembers %+v, want %+v", m.Comment, c.after)
			}
		})
	}
}

func TestCommentRefused(t *testing.T) {
	for status, want := range map[int]string{403: head, 422: head, 404: "", 410: ""} {
		m := &Memory{Open: map[string]Intent{KindComment: {Kind: KindComment, Key: "k", Action: json.RawMessage(`{"head":"` + head + `"}`)}}}
		m.foldAct(EventRefused, noon, Act{Kind: KindComment, Key: "k", Status: status})
		if m.Comment.Refused != want {
			t.Errorf("%d: not again at %q, want %q", status, m.Comment.Refused, want)
		}
	}
}
