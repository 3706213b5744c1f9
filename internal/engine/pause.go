package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/rules"
)

// Pause stops merging in a place until Resume. It is seen by the next look at each base there, which is made due. What is paused
// already goes on as it is, and nothing is written: then it returns that pause.
func Pause(ctx context.Context, log *eventlog.DB, at Place, p rules.Pause) (already *rules.Pause, err error) {
	m, _, err := Recall(ctx, log, at.Subject)
	if err != nil {
		return nil, err
	}
	for _, old := range m.Pauses {
		if old.Base == p.Base && old.Why == p.Why {
			return &old, nil
		}
	}
	p.Org = at.Org()
	return nil, tell(ctx, log, at, p.Base, rules.EventPaused, p)
}

// Resume ends the pauses of a place that are of this very base, empty for those of every base, and returns them; none: nothing was
// paused there, and nothing is written.
func Resume(ctx context.Context, log *eventlog.DB, at Place, base string) ([]rules.Pause, error) {
	m, _, err := Recall(ctx, log, at.Subject)
	if err != nil {
		return nil, err
	}
	over := slices.DeleteFunc(m.Pauses, func(p rules.Pause) bool { return p.Base != base })
	if len(over) == 0 {
		return nil, nil
	}
	return over, tell(ctx, log, at, base, rules.EventResumed, rules.Resumed{Base: base})
}

// tell writes that a pause begins or ends, and makes the bases due that it is about.
func tell(ctx context.Context, log *eventlog.DB, at Place, base, kind string, facts any) error {
	doc, err := json.Marshal(facts)
	if err != nil {
		return err
	}
	marks, err := pauseMarks(ctx, log, at, base)
	if err != nil {
		return err
	}
	event := eventlog.Event{Source: source, Kind: kind, Installation: at.Installation, Repository: at.Subject.RepoID(), Subject: at.Subject, Facts: doc}
	_, err = log.Append(ctx, eventlog.Append{Events: []eventlog.Event{event}, Marks: marks, Cursors: everPaused(at.Subject)})
	return err
}

// pausedPrefix begins the names of the cursors that say which subjects were ever paused, so that all pauses are found without
// asking every repository.
const pausedPrefix = "paused:"

func everPaused(s rules.Subject) map[string]string {
	return map[string]string{pausedPrefix + string(s): "yes"}
}

// pauseMarks make the bases of a place due, or one of them.
func pauseMarks(ctx context.Context, log *eventlog.DB, at Place, base string) ([]eventlog.Mark, error) {
	bases, err := Bases(ctx, log, at)
	if err != nil {
		return nil, err
	}
	var marks []eventlog.Mark
	for _, s := range bases {
		if base == "" || s.Ref() == base {
			marks = append(marks, eventlog.Mark{Subject: s, Touches: []string{string(rules.FactPause)}})
		}
	}
	return marks, nil
}

// Bases are the branches of a place that pull requests were seen to merge into.
func Bases(ctx context.Context, log *eventlog.DB, at Place) ([]rules.Subject, error) {
	if !at.Org() {
		return log.Subjects(ctx, fmt.Sprintf("base:%d:", at.Subject.RepoID()))
	}
	repos, err := each[RepoInfo](ctx, log, repoPrefix)
	if err != nil {
		return nil, err
	}
	all, err := log.Subjects(ctx, "base:")
	return slices.DeleteFunc(all, func(s rules.Subject) bool { return repos[s.RepoID()].Installation != at.Installation }), err
}

// PausesOf are the pauses of a repository and of its installation.
func PausesOf(ctx context.Context, log *eventlog.DB, repo, installation int64) ([]rules.Pause, error) {
	var all []rules.Pause
	for _, s := range []rules.Subject{rules.RepoSubject(repo), rules.InstallationSubject(installation)} {
		m, _, err := Recall(ctx, log, s)
		if err != nil {
			return nil, err
		}
		all = append(all, m.Pauses...)
	}
	return all, nil
}

// PausedAt is a pause with its place.
type PausedAt struct {
	Place
	rules.Pause
}

// AllPaused are all pauses that last, oldest first.
func AllPaused(ctx context.Context, log *eventlog.DB) ([]PausedAt, error) {
	ever, err := log.Cursors(ctx, pausedPrefix)
	if err != nil || len(ever) == 0 {
		return nil, err
	}
	places, err := Places(ctx, log)
	if err != nil {
		return nil, err
	}
	var all []PausedAt
	for _, name := range slices.Sorted(maps.Keys(ever)) {
		s := rules.Subject(strings.TrimPrefix(name, pausedPrefix))
		i := slices.IndexFunc(places, func(p Place) bool { return p.Subject == s })
		if i < 0 {
			continue // it has gone; should it come back, so does its pause
		}
		m, _, err := Recall(ctx, log, s)
		if err != nil {
			return nil, err
		}
		for _, p := range m.Pauses {
			all = append(all, PausedAt{places[i], p})
		}
	}
	slices.SortStableFunc(all, func(a, b PausedAt) int { return a.At.Compare(b.At) })
	return all, nil
}

// stop pauses merging in the repository of this look, with its next write.
func (l *look) stop(ctx context.Context, p rules.Pause) error {
	p.At = l.Now()
	at := RepoPlace(l.repo.ID, l.repo.Installation, "")
	marks, err := pauseMarks(ctx, l.Log, at, p.Base)
	if err != nil {
		return err
	}
	l.pending.Marks = append(l.pending.Marks, marks...)
	l.keepText(pausedPrefix+string(at.Subject), "yes")
	return l.emit(ctx, at.Subject, rules.EventPaused, p)
}

// paused are the pauses that matter to a look: of its repository, and of its installation.
func (l *look) paused(ctx context.Context) ([]rules.Pause, error) {
	repo, err := l.memory(ctx, rules.RepoSubject(l.repo.ID))
	if err != nil {
		return nil, err
	}
	install := rules.InstallationSubject(l.repo.Installation)
	ever, err := l.Log.Cursor(ctx, pausedPrefix+string(install))
	if err != nil || ever == "" {
		return repo.Pauses, err
	}
	org, err := l.memory(ctx, install)
	if err != nil {
		return nil, err
	}
	return slices.Concat(repo.Pauses, org.Pauses), nil
}

// tellPaused has those looked at that say otherwise than it is whether merging into their base is paused. Who joins the front of
// the line is told there; the others when a pause ends, for only then what they say is wrong.
func (l *look) tellPaused(ctx context.Context, s *rules.Snapshot) error {
	ends := slices.Contains(l.claim.Touches, string(rules.FactPause))
	holding := rules.Paused(s.Paused, s.Base.Ref)
	for i, n := range s.Base.Waiting {
		front := i < frontLoaded
		if !front && !ends {
			break
		}
		subject := rules.PRSubject(s.Repo.ID, n)
		m, err := l.memory(ctx, subject)
		if err != nil {
			return err
		}
		if says := m.SaysPaused(); says != len(holding) && (says > 0 || front) {
			l.mark(subject, rules.FactLine)
		}
	}
	return nil
}
