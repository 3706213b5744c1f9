package ghsim

import (
	"fmt"
	"strconv"
)

// execThread opens a conversation, or resolves the oldest that is open.
func execThread(s *Sim, l *line) error {
	p, err := s.openPullOf(l)
	if err != nil {
		return err
	}
	word, err := l.next("open or resolve")
	if err != nil {
		return err
	}
	by := s.maintainer(p.repo)
	switch word {
	case "open":
		files := s.changes(p)
		if len(files) == 0 {
			return fmt.Errorf("pull request %d changes no file", p.number)
		}
		c := &comment{id: s.id(), author: by, body: "Why?", created: s.now(), updated: s.now()}
		p.threads = append(p.threads, &thread{id: s.id(), path: files[0].path, line: 1, comments: []*comment{c}})
		return l.end()
	case "resolve":
		for _, t := range p.threads {
			if !t.resolved {
				t.resolved, t.resolvedBy = true, by
				s.threadEvent(p, t, "resolved", by)
				return l.end()
			}
		}
		return fmt.Errorf("no conversation of pull request %d is open", p.number)
	}
	return errUsage{fmt.Sprintf("a thread is opened or resolved, not %q", word)}
}

func execMergeable(s *Sim, l *line) error {
	p, err := s.openPullOf(l)
	if err != nil {
		return err
	}
	word, err := l.next("on or off")
	if err != nil {
		return err
	}
	switch word {
	case "on":
		p.keepState = ""
	case "off":
		p.keepState = "unknown"
		s.forgetMergeability(p)
	default:
		return errUsage{fmt.Sprintf("mergeable is on or off, not %q", word)}
	}
	return l.end()
}

func execRefuse(s *Sim, l *line) error {
	p, err := s.openPullOf(l)
	if err != nil {
		return err
	}
	word, err := l.next("the status")
	if err != nil {
		return err
	}
	code, err := strconv.Atoi(word)
	if err != nil || code < 400 || code > 599 {
		return errUsage{fmt.Sprintf("%q is no status of an error", word)}
	}
	text, err := l.next("the message")
	if err != nil {
		return err
	}
	p.refusal = &refusal{code, text}
	return l.end()
}
