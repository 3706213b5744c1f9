package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/internal/github"
	"github.com/pitcrew-app/pitcrew/rules"
)

// Webhooks are a latency optimisation. Failed deliveries are asked for again, and a sweep compares all repositories with
// what was last seen: those where something is in line or was moving often, the rest once an hour.
const (
	sweepBusy = 5 * time.Minute
	sweepAll  = time.Hour
	retryIn   = time.Minute
	redeliver = 72 * time.Hour // GitHub keeps deliveries for three days
)

// catching is when to catch up next, once at a time. Zero: at once.
type catching struct {
	sync.Mutex
	busy, all time.Time
	running   bool
	failures  int // in a row
}

// next is when to begin; zero while it goes on, for then its end says.
func (c *catching) next() time.Time {
	c.Lock()
	defer c.Unlock()
	switch {
	case c.running:
		return time.Time{}
	case c.all.Before(c.busy):
		return c.all
	}
	return c.busy
}

// begin says whether to catch up now and with whom, and plans the next time. Who begins must end.
func (c *catching) begin(now time.Time) (any, all bool) {
	c.Lock()
	defer c.Unlock()
	all = !now.Before(c.all)
	any = all || !now.Before(c.busy)
	if !any || c.running {
		return false, false
	}
	c.running, c.busy = true, now.Add(sweepBusy)
	if all {
		c.all = now.Add(sweepAll)
	}
	return any, all
}

// end takes note of how it went. What did not get through is tried again whole, later each time: one installation that cannot
// be read for long must not cost all others a sweep a minute. It gives the time of the next try; zero: it got through.
func (c *catching) end(now time.Time, err error) time.Time {
	c.Lock()
	defer c.Unlock()
	c.running = false
	if err == nil {
		c.failures = 0
		return time.Time{}
	}
	c.busy = now.Add(min(retryIn<<min(c.failures, 10), sweepAll))
	c.all = c.busy
	c.failures++
	return c.busy
}

// catchUp catches up where it is time. That GitHub is away is no error: it is tried again.
func (e *Engine) catchUp(ctx context.Context) {
	if any, all := e.catching.begin(e.Now()); any {
		e.catchUpNow(ctx, all)
	}
}

func (e *Engine) catchUpNow(ctx context.Context, all bool) {
	err := e.catchUpWith(ctx, all)
	if again := e.catching.end(e.Now(), err); err != nil && ctx.Err() == nil {
		e.Logger.Warn().Err(err).Time("again", again).Msg("catching up did not get through")
	}
}

// catchUpWith asks for failed deliveries and sweeps. What fails of it holds up nothing else.
func (e *Engine) catchUpWith(ctx context.Context, all bool) error {
	failed := e.redeliverFailed(ctx)
	switched, err := e.switched(ctx)
	if err != nil {
		return errors.Join(failed, err)
	}
	installations, err := e.GitHub.Installations(ctx)
	if err != nil {
		return errors.Join(failed, err)
	}
	for _, inst := range installations {
		if err := e.keepInstallation(ctx, inst); err != nil {
			return errors.Join(failed, err)
		}
		if inst.Suspended {
			continue
		}
		if err := e.sweep(ctx, inst.ID, all, switched); err != nil {
			failed = errors.Join(failed, fmt.Errorf("sweep installation %d: %w", inst.ID, err))
		}
	}
	if failed != nil {
		return failed
	}
	return e.Log.SetCursor(ctx, observeCursor, e.Observe.String())
}

// keepInstallation takes note of what an installation is called and has granted, as its webhooks do.
func (e *Engine) keepInstallation(ctx context.Context, inst github.Installation) error {
	doc, err := json.Marshal(map[string]any{"account": inst.Account, "suspended": inst.Suspended, "permissions": inst.Permissions})
	if err != nil {
		return err
	}
	return e.Log.SetCursor(ctx, fmt.Sprintf("installation:%d", inst.ID), string(doc))
}

// observeCursor keeps how the program ran last: whoever switches from observing to acting wants everything looked at.
const observeCursor = "observe"

func (e *Engine) switched(ctx context.Context) (bool, error) {
	was, err := e.Log.Cursor(ctx, observeCursor)
	return was != "" && was != e.Observe.String(), err
}

// redeliverFailed asks GitHub for the deliveries that never arrived, since the last time that this went through.
func (e *Engine) redeliverFailed(ctx context.Context) error {
	const cursor = "redelivered"
	now := e.Now()
	since := now.Add(-redeliver)
	text, err := e.Log.Cursor(ctx, cursor)
	if err != nil {
		return err
	}
	if last, err := time.Parse(time.RFC3339, text); err == nil && last.After(since) {
		since = last.Add(-2 * sweepBusy)
	}
	failed, err := e.GitHub.Deliveries(ctx, since)
	if err != nil {
		return err
	}
	var limited *github.LimitedError
	var refused error // one that GitHub does not send again holds up no other
	for _, d := range failed {
		there, err := e.Log.Has(ctx, d.GUID)
		if err != nil {
			return err
		}
		if there {
			continue
		}
		if err := e.GitHub.Redeliver(ctx, d.ID); errors.As(err, &limited) {
			return err
		} else if err != nil {
			refused = errors.Join(refused, err)
		}
	}
	if refused != nil {
		return refused
	}
	return e.Log.SetCursor(ctx, cursor, now.UTC().Format(time.RFC3339))
}

// sweepPage is how many repositories one query reads.
const sweepPage = 50

func (e *Engine) sweep(ctx context.Context, installation int64, all, everything bool) error {
	repos, err := e.GitHub.Repositories(ctx, installation)
	if err != nil {
		return err
	}
	var refs []github.RepoRef
	for _, r := range repos {
		info := infoOf(installation, r)
		if err := e.Log.SetCursor(ctx, info.cursor(), info.String()); err != nil {
			return err
		}
		busy, err := e.busy(ctx, r.ID)
		if err != nil {
			return err
		}
		if !r.Archived && (all || busy) {
			refs = append(refs, info.Ref())
		}
	}
	for ; len(refs) > 0; refs = refs[min(len(refs), sweepPage):] {
		swept, err := e.GitHub.Sweep(ctx, installation, refs[:min(len(refs), sweepPage)])
		if err != nil {
			return err
		}
		for _, s := range swept {
			a, err := e.compare(ctx, s, everything)
			if err != nil {
				return err
			}
			if len(a.Marks) == 0 && len(a.Cursors) == 0 {
				continue
			}
			if _, err := e.Log.Append(ctx, a); err != nil {
				return err
			}
		}
	}
	return nil
}

// fingerprint is what was last seen of a repository: whatever differs at the next sweep is looked at.
type fingerprint struct {
	Config  string            `json:"config"`
	Release string            `json:"release"`
	Open    map[string]string `json:"open"` // by number
}

func sweptCursor(repo int64) string { return fmt.Sprintf("swept:%d", repo) }

func (e *Engine) lastSeen(ctx context.Context, repo int64) (p fingerprint, known bool, err error) {
	text, err := e.Log.Cursor(ctx, sweptCursor(repo))
	if err != nil || text == "" {
		return fingerprint{}, false, err
	}
	return p, true, json.Unmarshal([]byte(text), &p)
}

// busy says that a repository has open pull requests that pitcrew has something to do with.
func (e *Engine) busy(ctx context.Context, repo int64) (bool, error) {
	p, known, err := e.lastSeen(ctx, repo)
	return known && p.Config != "" && len(p.Open) > 0, err
}

// compare marks what differs from what was last seen; with everything, each open pull request.
func (e *Engine) compare(ctx context.Context, s github.Swept, everything bool) (eventlog.Append, error) {
	was, known, err := e.lastSeen(ctx, s.Repo.ID)
	if err != nil {
		return eventlog.Append{}, err
	}
	now := fingerprint{Config: s.Config, Release: s.Release, Open: map[string]string{}}
	everything = everything || known && was.Config != now.Config
	fact := rules.FactOther
	if everything {
		fact = rules.FactConfig
	}
	var a eventlog.Append
	mark := func(subject rules.Subject, f rules.Fact) {
		a.Marks = append(a.Marks, eventlog.Mark{Subject: subject, Touches: []string{string(f)}})
	}
	for _, pr := range s.Open {
		key := fmt.Sprint(pr.Number)
		if now.Open[key] = pr.Print; e.Now().Sub(pr.Updated) < 2*time.Second {
			now.Open[key] = "" // GitHub's times are of a second: there may be more in this one
		}
		if everything || was.Open[key] != pr.Print && now.Config != "" {
			mark(rules.PRSubject(s.Repo.ID, pr.Number), fact)
		}
		a.Heads = append(a.Heads, eventlog.HeadOf{Repo: s.Repo.ID, SHA: pr.Head, Number: pr.Number})
	}
	for key := range was.Open {
		if _, open := now.Open[key]; !open {
			var number int
			if _, err := fmt.Sscan(key, &number); err == nil {
				mark(rules.PRSubject(s.Repo.ID, number), rules.FactState)
			}
		}
	}
	if known && s.Release != "" && s.Release != was.Release {
		mark(rules.ReleaseSubject(s.Repo.ID, s.Release), rules.FactRelease)
	}
	doc, err := json.Marshal(now)
	if err != nil {
		return eventlog.Append{}, err
	}
	old, _ := json.Marshal(was)
	if !known || string(doc) != string(old) {
		a.Cursors = map[string]string{sweptCursor(s.Repo.ID): string(doc)}
	}
	return a, nil
}
