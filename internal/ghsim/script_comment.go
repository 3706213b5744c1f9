package ghsim

import (
	"fmt"
	"slices"
)

// execLock locks the conversation of a pull request: Apps do not comment there, people who may write do.
// https://docs.github.com/en/communities/moderating-comments-and-conversations/locking-conversations
func execLock(s *Sim, l *line) error {
	p, err := s.pullOf(l)
	if err != nil {
		return err
	}
	return l.onOff(&p.locked)
}

// execOwnComment deletes or edits the newest comment of our App.
func execOwnComment(s *Sim, l *line) error {
	p, err := s.pullOf(l)
	if err != nil {
		return err
	}
	word, err := l.next("delete, or the text")
	if err != nil {
		return err
	}
	by, err := s.byOr(l, s.maintainer(p.repo))
	if err != nil {
		return err
	}
	i := len(p.comments) - 1
	for ; i >= 0 && p.comments[i].author != s.ours.bot; i-- {
	}
	if i < 0 {
		return fmt.Errorf("pull request %d has no comment of our App", p.number)
	}
	c := p.comments[i]
	if word == "delete" {
		p.comments, p.updated = slices.Delete(p.comments, i, i+1), s.now()
		s.commentEvent(p.repo, s.issueOfPull(p), c, "deleted", by)
		return l.end()
	}
	s.editComment(p.repo, s.issueOfPull(p), c, word, by)
	return l.end()
}
