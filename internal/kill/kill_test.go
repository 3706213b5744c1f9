package kill

import (
	"context"
	"errors"
	"flag"
	"math/rand/v2"
	"os/exec"
	"syscall"
	"testing"
	"time"
)

var (
	kills = flag.Int("kills", 10, "how often TestKills kills the program")
	seed  = flag.Uint64("seed", 0, "what chooses the moments; 0: the clock does")
)

func seeded(t *testing.T) *rand.Rand {
	n := *seed
	if n == 0 {
		n = uint64(time.Now().UnixNano())
	}
	t.Logf("-seed %d", n)
	return rand.New(rand.NewPCG(n, 0))
}

// TestKills kills the program again and again, with SIGKILL, while GitHub and clients deliver and it works on what they
// tell: in the middle of its start, of commits, of writes to GitHub. Nothing that it acknowledged is lost, no act is done
// twice, and in the end everything is done.
func TestKills(t *testing.T) {
	t.Parallel()
	rng := seeded(t)
	dir := t.TempDir()
	h := newHub(t, dir, 1)
	h.record()
	ctx, quiet := context.WithCancel(t.Context())
	defer quiet()
	h.work(ctx, rng)
	struck := map[moment]int{}
	for range *kills {
		struck[h.seats[0].cycle(rng)]++
	}
	quiet()
	p := h.seats[0].up()
	h.settle()
	if err := p.stop(); err != nil {
		t.Error(err)
	}
	h.judge(nil)
	sound(t, dir)
	t.Logf("killed at %v; accepted writes %v", struck, h.writesOf())
}

const (
	inStart moment = "the start"
	atTime  moment = "a time"
)

// cycle starts the program, kills it at a moment of a drawn kind, and says which it was.
func (s *seat) cycle(rng *rand.Rand) moment {
	t := s.hub.t
	t.Helper()
	p := s.start()
	at := []moment{inStart, atTime, writeBefore, writeBefore, writeAfter, writeAfter, writeAfter, delivered}[rng.IntN(8)]
	wait, struck := time.Duration(rng.IntN(600))*time.Millisecond, make(chan struct{})
	switch at {
	case inStart:
		wait /= 8
	case atTime:
	default:
		wait = 1200 * time.Millisecond // no such moment comes
		s.arm(blow{at: at, in: 1 + rng.IntN(map[moment]int{delivered: 60, writeBefore: 2, writeAfter: 2}[at]), strike: func() { p.cmd.Process.Kill(); close(struck) }})
	}
	if at != inStart {
		if err := p.await(); err != nil {
			t.Fatal(err)
		}
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-struck:
	case <-p.ended:
	case <-timer.C:
		if at != inStart {
			at = atTime
		}
	}
	s.kill()
	if exit := new(exec.ExitError); !errors.As(p.err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		t.Fatalf("the program ended by itself: %v\n%s", p.err, p.said())
	}
	return at
}
