package bench

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/rules"
)

// A pull request that was closed is forgotten after a month; reopened, it is reviewed and lands like any other. So does one in
// a repository that was removed, was forgotten, and comes back.
func TestWhatWasPurgedComesBack(t *testing.T) {
	l := openPurged(t)
	l.do("close 1")
	id := l.repository()
	if !l.kept(rules.PRSubject(id, 1)) || !l.kept(rules.PRSubject(id, 2)) {
		t.Fatal("nothing is kept of what was just looked at")
	}
	l.later()
	l.do("label 2 +ready")
	if l.kept(rules.PRSubject(id, 1)) || !l.kept(rules.PRSubject(id, 2)) {
		t.Error("a month later the closed one is kept, or the open one is not")
	}
	l.do("reopen 1", "review 1 bob approved")
	if !l.merged(id, 1) {
		t.Error("reopened and approved, it is not merged")
	}

	l.do("remove-repo acme/api")
	l.later()
	if l.repository() != 0 || l.kept(rules.PRSubject(id, 2)) || l.kept(rules.RepoSubject(id)) {
		t.Error("a month later the repository that was removed is kept")
	}
	l.do("add-repo acme/api", "review 2 bob approved")
	if l.repository() != id || !l.merged(id, 2) {
		t.Error("added again, and approved, it is not merged")
	}
}

type purged struct {
	*lab
	t *testing.T
}

func openPurged(t *testing.T) purged {
	t.Helper()
	l, err := openLab(context.Background(), "delays: {mergeable: 0s}\nprs:\n  1: {author: ana, head: a1}\n  2: {author: ana, head: a2}\n",
		"version: 1\nmerge: {policies: [{approvals: 1}]}\n")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() }) //nolint:errcheck // a temporary directory
	return purged{l, t}
}

// do lets people do something, and everything come to rest each time.
func (p purged) do(lines ...string) {
	p.t.Helper()
	for _, line := range append([]string{""}, lines...) {
		if line != "" {
			p.check(p.sim.Exec(line))
		}
		p.check(p.settle(context.Background()))
	}
}

// later is a month later: first everything is swept once more, and then what is quiet is purged.
func (p purged) later() {
	p.t.Helper()
	for _, d := range []time.Duration{31 * 24 * time.Hour, 10 * time.Minute, 10 * time.Minute} {
		p.clock.to(p.clock.Now().Add(d))
		p.do()
	}
}

func (p purged) check(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

func (p purged) kept(s rules.Subject) bool {
	p.t.Helper()
	st, err := p.program.Log.Standing(context.Background(), s)
	p.check(err)
	return st.Since > 0
}

// repository is the id of the only one that is known; 0: none is.
func (p purged) repository() int64 {
	p.t.Helper()
	docs, err := p.program.Log.Cursors(context.Background(), "repo:")
	p.check(err)
	for name := range docs {
		return rules.Subject(name).RepoID()
	}
	return 0
}

// merged says that we merged it, and saw that.
func (p purged) merged(repo int64, number int) bool {
	p.t.Helper()
	events, err := p.program.Log.Events(context.Background(), eventlog.Query{Subject: rules.PRSubject(repo, number), Kinds: []string{rules.EventSeen}})
	p.check(err)
	for _, e := range events {
		if strings.Contains(string(e.Facts), `"kind":"merge"`) {
			return true
		}
	}
	return false
}
