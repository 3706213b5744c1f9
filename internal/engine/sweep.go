package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/internal/github"
	"github.com/pitcrew-app/pitcrew/rules"
)

// A sweep compares repositories with what was last seen of them, and makes due what differs.
const (
	sweepAll  = time.Hour      // each repository is read once in so long,
	sweepBusy = 24 * time.Hour // and in each round, if it has open pull requests and one of them moved within this time

	sweepPage = 50                     // repositories a look
	markBurst = 20                     // marks of one look that are due at once; the others follow
	markGap   = 250 * time.Millisecond // one after another
	patrolled = 240                    // pull requests an hour that are looked at though nothing seems to have changed
	tooOften  = 3                      // failures in a row after which a repository that cannot be read is left out
)

// readOn reads the next repositories of a round.
func (l *look) readOn(ctx context.Context, inst int64, r *round) error {
	n := min(len(r.Todo), sweepPage)
	var refs []github.RepoRef
	for _, id := range r.Todo[:n] {
		info, known, err := l.repository(ctx, id)
		if err != nil {
			return err
		}
		if known && !info.Gone && info.Installation == inst {
			refs = append(refs, info.Ref())
		}
	}
	swept, err := l.GitHub.Sweep(github.Optional(ctx), inst, refs)
	if err != nil {
		if n, err = l.gotThrough(r, swept, err); err != nil {
			return err
		}
	} else if len(swept) < len(refs) {
		r.Listed = time.Time{} // renamed, transferred or deleted: the next round begins with asking what there is
	}
	var marks []eventlog.Mark
	for _, s := range swept {
		a, err := l.compare(ctx, s, r.reading(s.Repo.ID))
		if err != nil {
			return err
		}
		l.heard(s)
		marks = append(marks, a.Marks...)
		l.pending.Heads = append(l.pending.Heads, a.Heads...)
		for name, value := range a.Cursors {
			l.keepText(name, value)
		}
	}
	r.Todo = r.Todo[n:]
	if last := l.spread(marks); len(r.Todo) > 0 {
		l.soon(last)
	}
	return nil
}

// heard tells the door where heads are now, so that each look needs one question.
func (l *look) heard(s github.Swept) {
	for _, pr := range s.Open {
		l.GitHub.Heard(s.Repo, pr.Number, pr.Head)
	}
}

// gotThrough says how many of the repositories in hand are done with, after an error: those up to the last one that was read.
// If none was, the error stands; but one that cannot be read again and again while GitHub answers others is left out.
func (l *look) gotThrough(r *round, swept []github.Swept, err error) (int, error) {
	var limited *github.LimitedError
	if errors.As(err, &limited) {
		return 0, err
	}
	if len(swept) > 0 {
		l.Logger.Warn().Err(err).Msg("the sweep goes on after what was read")
		return 1 + slices.Index(r.Todo, swept[len(swept)-1].Repo.ID), nil
	}
	if times, _ := l.failures.Load(l.claim.Subject); times != nil && times.(int) >= tooOften && !l.weather.away() {
		l.Logger.Error().Err(err).Int64("repository", r.Todo[0]).Msg("a repository cannot be read; the sweep goes on without it")
		return 1, nil
	}
	return 0, err
}

// spread makes marks due, few at once and the others one after another, and says when the last of them is.
func (l *look) spread(marks []eventlog.Mark) time.Time {
	at := l.Now()
	for i, m := range marks {
		if i >= markBurst {
			at = at.Add(markGap)
		}
		m.At = at
		l.pending.Marks = append(l.pending.Marks, m)
	}
	return at
}

// reading is how a repository is compared.
type reading struct {
	everything bool                  // every open pull request is looked at
	patrol     func(number int) bool // and which of them are though they seem unchanged; nil: none
}

// reading says how a round reads a repository. Not everything shows from afar: a label that got another name, a conversation
// that was resolved, somebody who may now review. So where the hour has struck, some pull requests are looked at all the same.
func (r *round) reading(repo int64) reading {
	hour, struck := stroke(repo, r.From, r.To)
	period := max(r.Period, 1)
	return reading{r.Everything, func(number int) bool {
		return struck && int64(mix(repo, int64(number))%uint64(period)) == hour%period
	}}
}

// found says that only a sweep led to a look at a pull request: nobody has told that something happened there.
func found(c eventlog.Claim) bool {
	bySweep := func(touch string) bool { return touch == string(rules.FactOther) || touch == string(rules.FactConfig) }
	return c.Subject.Kind() == rules.KindPR && len(c.Touches) > 0 && !slices.ContainsFunc(c.Touches, func(t string) bool { return !bySweep(t) })
}

// fingerprint is what was last seen of a repository; kept in the cursor "swept:ID".
type fingerprint struct {
	Config  string            `json:"config"`
	Release string            `json:"release"`
	Open    map[string]string `json:"open"`           // by number
	Tips    map[string]string `json:"tips,omitempty"` // of the branches that they merge into
	Moved   time.Time         `json:"moved,omitzero"` // when one of them last did
}

const sweptPrefix = "swept:"

func sweptCursor(repo int64) string { return fmt.Sprintf("%s%d", sweptPrefix, repo) }

// busy says that a repository has open pull requests that pitcrew has something to do with, and that something happens there.
func (p fingerprint) busy(now time.Time) bool {
	return p.Config != "" && len(p.Open) > 0 && now.Sub(p.Moved) < sweepBusy
}

// settled is how old a change must be: GitHub's times are of a second, and there may be more in this one.
const settled = 2 * time.Second

// fingerprintOf is what is seen now.
func fingerprintOf(s github.Swept, now time.Time) fingerprint {
	p := fingerprint{Config: s.Config, Release: s.Release, Open: map[string]string{}, Tips: map[string]string{}}
	for _, pr := range s.Open {
		p.Open[fmt.Sprint(pr.Number)] = pr.Print
		if now.Sub(pr.Updated) < settled {
			p.Open[fmt.Sprint(pr.Number)] = ""
		}
		p.Tips[pr.Base] = pr.BaseTip[:min(len(pr.BaseTip), 12)]
		if pr.Updated.After(p.Moved) {
			p.Moved = pr.Updated
		}
	}
	return p
}

// compare marks what differs from what was last seen, and takes note of what is seen now.
func (e *Engine) compare(ctx context.Context, s github.Swept, how reading) (eventlog.Append, error) {
	var was fingerprint
	known, err := e.recall(ctx, sweptCursor(s.Repo.ID), &was)
	if err != nil {
		return eventlog.Append{}, err
	}
	now := fingerprintOf(s, e.Now())
	c := comparison{repo: s.Repo.ID, was: was, now: now, known: known}
	if matters := was.Config != "" || now.Config != ""; matters {
		c.everything = how.everything || known && was.Config != now.Config
		c.pulls(s.Open, how)
		c.bases()
		c.heads(s.Open)
	}
	c.closed()
	if known && s.Release != "" && s.Release != was.Release {
		c.mark(rules.ReleaseSubject(s.Repo.ID, s.Release), rules.FactRelease)
	}
	doc, err := json.Marshal(now)
	if err != nil {
		return eventlog.Append{}, err
	}
	old, _ := json.Marshal(was)
	if !known || string(doc) != string(old) {
		c.out.Cursors = map[string]string{sweptCursor(s.Repo.ID): string(doc)}
	}
	return c.out, nil
}

// comparison is one repository then and now.
type comparison struct {
	repo       int64
	was, now   fingerprint
	known      bool
	everything bool
	out        eventlog.Append
}

func (c *comparison) mark(s rules.Subject, f rules.Fact) {
	c.out.Marks = append(c.out.Marks, eventlog.Mark{Subject: s, Touches: []string{string(f)}})
}

// pulls marks the open pull requests that changed, and those that are looked at anyway.
func (c *comparison) pulls(open []github.SweptPR, how reading) {
	fact := rules.FactOther
	if c.everything {
		fact = rules.FactConfig
	}
	for _, pr := range open {
		changed := c.was.Open[fmt.Sprint(pr.Number)] != pr.Print
		if c.everything || changed && c.now.Config != "" || how.patrol != nil && how.patrol(pr.Number) {
			c.mark(rules.PRSubject(c.repo, pr.Number), fact)
		}
	}
}

// heads takes note of which commits are heads, for events that name only a commit.
func (c *comparison) heads(open []github.SweptPR) {
	for _, pr := range open {
		c.out.Heads = append(c.out.Heads, eventlog.HeadOf{Repo: c.repo, SHA: pr.Head, Number: pr.Number})
	}
}

// bases marks the branches that moved.
func (c *comparison) bases() {
	for _, ref := range slices.Sorted(maps.Keys(c.now.Tips)) {
		tip, before := c.now.Tips[ref], c.was.Tips[ref]
		switch {
		case tip != before && before != "":
			c.mark(rules.BaseSubject(c.repo, ref), rules.FactBase)
		case c.everything:
			c.mark(rules.BaseSubject(c.repo, ref), rules.FactLine)
		}
	}
}

// closed marks those that are no longer open.
func (c *comparison) closed() {
	for _, key := range slices.Sorted(maps.Keys(c.was.Open)) {
		var number int
		if _, open := c.now.Open[key]; open {
			continue
		}
		if _, err := fmt.Sscan(key, &number); err == nil {
			c.mark(rules.PRSubject(c.repo, number), rules.FactState)
		}
	}
}
