package kill

import (
	"context"
	"flag"
	"testing"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/internal/pgtest"
)

var (
	killedFor = flag.Duration("killed-for", 10*time.Second, "how long TestCopies kills copies of the program")
	leases    = flag.Bool("leases", false, "play what waits until leases run out, too: it takes minutes")
)

// TestCopies lets three copies of the program share a database and kills one of them every 3 s, in turn, while clients
// deliver to whichever listens and a reader follows by its cursor. What was answered 2xx is read, once, in rising order, and
// no act is done twice.
func TestCopies(t *testing.T) {
	t.Parallel()
	rng := seeded(t)
	h := newHub(t, pgtest.Database(t), 3)
	h.record()
	for _, s := range h.seats {
		s.up()
	}
	log, err := eventlog.OpenReadOnly(h.where)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	reading, enough := context.WithCancel(t.Context())
	defer enough()
	read := &history{of: map[string][]eventlog.Event{}}
	follow := func() {
		if err := read.follow(context.WithoutCancel(reading), log); err != nil {
			t.Error(err)
		}
	}
	follows := h.every(reading, 20*time.Millisecond, follow)
	ctx, quiet := context.WithTimeout(t.Context(), *killedFor)
	defer quiet()
	h.work(ctx, rng)
	killed := h.killInTurn(ctx, 3*time.Second)
	h.settle()
	for _, s := range h.seats {
		if err := s.leave().stop(); err != nil {
			t.Error(err)
		}
	}
	enough()
	<-follows
	follow()
	h.judge(read)
	t.Logf("killed %d times; accepted writes %v", killed, h.writesOf())
}

// killInTurn kills one copy after another, each as soon as a delivery to it was answered, and starts it again, until ctx ends.
func (h *hub) killInTurn(ctx context.Context, pause time.Duration) (n int) {
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return n
		case <-tick.C:
			s := h.seats[n%len(h.seats)]
			p := s.sits()
			struck := make(chan struct{})
			s.arm(blow{at: delivered, in: 1, strike: func() { p.cmd.Process.Kill(); close(struck) }})
			select {
			case <-struck:
			case <-ctx.Done(): // nobody delivers any more
			}
			s.kill()
			s.up()
			n++
		}
	}
}

// TestFrozenCopies stops two of three copies in the middle of a write to GitHub, with SIGSTOP, for longer than their leases
// last: the third takes over what they had in hand. When they go on they find that it is no longer theirs, and do nothing twice.
func TestFrozenCopies(t *testing.T) {
	waitsForLeases(t)
	t.Parallel()
	h := newHub(t, pgtest.Database(t), 3)
	h.record()
	for _, s := range h.seats {
		s.up()
	}
	ctx, quiet := context.WithCancel(t.Context())
	defer quiet()
	people := h.work(ctx, seeded(t))
	h.freeze(h.seats[0], writeBefore)
	h.freeze(h.seats[1], writeAfter)
	quiet()
	h.settle()
	for _, s := range h.seats[:2] {
		if err := s.sits().thaw(); err != nil {
			t.Fatal(err)
		}
		h.ready(s.sits(), true)
	}
	for range 5 {
		h.do(people.next())
	}
	h.settle()
	for _, s := range h.seats {
		if err := s.leave().stop(); err != nil {
			t.Error(err)
		}
	}
	h.judge(nil)
	t.Logf("accepted writes %v", h.writesOf())
}

func waitsForLeases(t *testing.T) {
	t.Helper()
	if !*leases {
		t.Skip("-leases was not given")
	}
}

// freeze waits until a copy is at a moment of its next write, and stops it there. What GitHub answers it hears when it goes on.
func (h *hub) freeze(s *seat, at moment) {
	h.t.Helper()
	stopped := make(chan error, 1)
	s.arm(blow{at: at, in: 1, strike: func() { stopped <- s.sits().freeze() }, hears: true})
	select {
	case err := <-stopped:
		if err != nil {
			h.t.Fatal(err)
		}
	case <-time.After(patience):
		h.t.Fatalf("no write for %s\n%s", patience, h.explain())
	}
}
