package story

import (
	"context"
	"flag"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/ghsim"
	"github.com/pitcrew-app/pitcrew/internal/pgtest"
	"github.com/pitcrew-app/pitcrew/server"
)

var onPostgres = flag.Bool("postgres", false, "play every story on PostgreSQL, and not only a few")

// few are the stories that are always played on PostgreSQL: lines, propagation, reviewers, lost and doubled webhooks.
var few = []string{"strict-ten", "propagate-opens", "reviewers-owners", "webhooks-doubled", "webhooks-lost-sweep", "merge-502-with-effect"}

// TestStoriesOnPostgres plays stories with the log in a database: nobody may see a difference. Left out are those in
// which the program dies, since in a database its leases outlive it.
func TestStoriesOnPostgres(t *testing.T) {
	paths, err := Find([]string{scenarios})
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		name := strings.TrimSuffix(filepath.Base(path), ".txtar")
		s, err := Read(path)
		if err != nil {
			t.Fatal(err)
		}
		if !*onPostgres && !slices.Contains(few, name) || dies(s) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			diff, err := Check(context.Background(), s, Options{NoGit: true, Data: pgtest.Database(t) + "&synchronous_commit=off", Log: logger(), Rest: replays}, false)
			if err != nil {
				t.Fatal(err)
			}
			if diff != "" {
				t.Errorf("%s\n%s", s.Promise, diff)
			}
		})
	}
}

func dies(s *Story) bool {
	for _, line := range s.Script {
		word, _, _ := strings.Cut(line.Text, " ")
		if word == "crash" || word == "restart" || word == "restore" {
			return true
		}
	}
	return false
}

// TestCopies plays a line of ten pull requests with three copies of the program on one database, whose engines look at
// the same time: each pull request is merged, and nothing is written to GitHub twice.
// Shows: X5.
func TestCopies(t *testing.T) {
	s, err := Read(filepath.Join(scenarios, "strict-ten.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	w := &world{story: s, clock: &clock{now: start}, log: logger()}
	if err := w.open(Options{NoGit: true, Data: pgtest.Database(t)}); err != nil {
		t.Fatal(err)
	}
	defer w.close()
	copies := []*server.Program{w.program}
	for range 2 {
		if err := w.start(); err != nil {
			t.Fatal(err)
		}
		copies = append(copies, w.program)
		defer copies[len(copies)-2].Close() //nolint:errcheck // w.close has the last
	}
	together(t, w, copies, 10*time.Minute)
	for _, line := range s.Script {
		if text := strings.TrimSpace(line.Text); !strings.HasPrefix(text, "wait") {
			for verb := range strings.SplitSeq(text, " ; ") {
				if err := w.sim.Exec(strings.TrimSpace(verb)); err != nil {
					t.Fatal(err)
				}
			}
		}
		together(t, w, copies, 10*time.Minute)
	}
	together(t, w, copies, 3*time.Hour)
	for _, p := range w.sim.State().Repositories[0].Pulls {
		if p.State != "merged" {
			t.Errorf("#%d is %s", p.Number, p.State)
		}
	}
	writesOnce(t, w.sim)
}

// together lets everything happen that is due within d, each copy hearing a part of the webhooks.
func together(t *testing.T, w *world, copies []*server.Program, d time.Duration) {
	t.Helper()
	end := w.clock.Now().Add(d)
	for turn := range 10_000 {
		w.program = copies[turn%len(copies)]
		for w.sim.Step(w.clock.Now())+w.sim.Deliver(context.Background()) > 0 {
		}
		next := step(t, copies)
		if at, ok := w.sim.Next(); ok && (next.IsZero() || at.Before(next)) {
			next = at
		}
		if next.IsZero() || next.After(end) {
			w.clock.to(end)
			return
		}
		w.clock.to(next)
	}
	t.Fatal("this never comes to rest")
}

// step lets all engines look at what is due now, and gives the earliest time at which one wants to come again.
func step(t *testing.T, copies []*server.Program) (next time.Time) {
	t.Helper()
	var mu sync.Mutex
	var looking sync.WaitGroup
	for _, c := range copies {
		looking.Go(func() {
			at, err := c.Engine.Step(context.Background())
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err)
			}
			if !at.IsZero() && (next.IsZero() || at.Before(next)) {
				next = at
			}
		})
	}
	looking.Wait()
	return next
}

// writesOnce: GitHub has accepted no write twice.
func writesOnce(t *testing.T, sim *ghsim.Sim) {
	t.Helper()
	accepted := map[string]int{}
	for _, c := range sim.Calls() {
		if c.App && c.Method != http.MethodGet && c.Status < 300 && strings.HasPrefix(c.Path, "/repos/") {
			accepted[c.Method+" "+c.Path+" "+c.Body]++
		}
	}
	for write, n := range accepted {
		if n > 1 {
			t.Errorf("%d times: %s", n, write)
		}
	}
	if len(accepted) < 20 { // ten updates, ten merges
		t.Errorf("only %d writes: %v", len(accepted), accepted)
	}
}
