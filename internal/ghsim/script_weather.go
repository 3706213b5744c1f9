package ghsim

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
)

// execReplay sends recorded webhooks again, with the guids that they had.
func execReplay(s *Sim, l *line) error {
	var n int
	if err := l.count(&n); err != nil {
		return err
	}
	log := s.kept()
	if n > len(log) {
		return fmt.Errorf("only %d webhooks were sent", len(log))
	}
	for _, d := range log[len(log)-n:] {
		s.send(&delivery{guid: d.guid, event: d.event, action: d.action, payload: d.payload, inst: d.inst, repo: d.repo})
	}
	return nil
}

// execSpoof sends the last webhook with an id of its own and a signature by somebody who does not know the secret.
func execSpoof(s *Sim, l *line) error {
	log := s.kept()
	if len(log) == 0 {
		return fmt.Errorf("no webhook was sent that one could be made after")
	}
	d := log[len(log)-1]
	s.send(&delivery{guid: s.guid(), event: d.event, action: d.action, payload: d.payload, inst: d.inst, repo: d.repo, forged: true})
	return l.end()
}

func execStorm(s *Sim, l *line) error {
	w, err := l.next("the probability")
	if err != nil {
		return err
	}
	p, err := strconv.ParseFloat(w, 64)
	if err != nil || p < 0 || p > 1 {
		return errUsage{fmt.Sprintf("%q is no probability", w)}
	}
	route := "api"
	if len(l.words) > 0 {
		if route, err = l.route(); err != nil {
			return err
		}
	}
	if p == 0 {
		route = ""
	}
	s.faults.storm = storm{route: route, p: p, rng: rand.New(rand.NewPCG(uint64(s.opts.Seed), 0x57012))}
	return l.end()
}

func execLimits(s *Sim, l *line) error {
	w, err := l.next("off, primary or all")
	if err != nil {
		return err
	}
	x := limits{off: w == "off", primary: w == "primary"}
	if !x.off && !x.primary && w != "all" {
		return errUsage{fmt.Sprintf("limits are off, primary or all, not %q", w)}
	}
	for len(l.words) > 0 {
		w, err := l.next("a word")
		if err != nil {
			return err
		}
		switch {
		case w == "bare":
			x.bare = true
		case w == "429":
			x.status = 429
		default:
			return errUsage{fmt.Sprintf("%q is neither bare nor 429", w)}
		}
	}
	s.limits = x
	return nil
}

func execSkew(s *Sim, l *line) error {
	w, err := l.next("how much")
	if err != nil {
		return err
	}
	d, err := duration(strings.TrimPrefix(w, "-"))
	if err != nil {
		return err
	}
	if strings.HasPrefix(w, "-") {
		d = -d
	}
	s.skew = d
	return l.end()
}

func execBusy(s *Sim, l *line) error {
	p, err := s.openPullOf(l)
	if err != nil {
		return err
	}
	w, err := l.next("how long")
	if err != nil {
		return err
	}
	var d time.Duration
	if d, err = duration(w); err != nil {
		return err
	}
	p.busy = s.now().Add(d)
	return l.end()
}

// execCorrupt is what happened on 23 April 2026: squashes were built from the wrong merge base and took other people's work back,
// while everything reported success.
func execCorrupt(s *Sim, l *line) error {
	p, err := s.openPullOf(l)
	if err != nil {
		return err
	}
	p.undoes = true
	return l.end()
}
