package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/internal/github"
	"github.com/pitcrew-app/pitcrew/rules"
)

// Webhooks are a latency optimisation, and catching up is a look like any other: the App itself is a subject that is looked at
// every few minutes, and so is each of its installations (installation.go). Several copies of the program share the work,
// because a look is leased.
const (
	catchUp   = 5 * time.Minute
	redeliver = 72 * time.Hour // GitHub keeps deliveries for three days

	// Asked for at a time, and how long after that the next ones: 3,000 an hour of the App's 5,000 requests.
	redeliverAtOnce = 25
	redeliverPause  = 30 * time.Second
	redeliverList   = 1000          // how many are taken from one listing, the oldest first
	redeliverAgain  = time.Hour     // after a second try that failed as well
	overlap         = 2 * catchUp   // failures may be listed late by so much
	secondTries     = 2 * time.Hour // and failures of what was asked for are seen so long
)

// begin makes the App due when the program starts: what was missed while it did not run is caught up with at once.
func (e *Engine) begin(ctx context.Context) error {
	if e.begun {
		return nil
	}
	_, err := e.Log.Append(ctx, eventlog.Append{Received: e.Now(), Marks: []eventlog.Mark{{
		Subject: rules.InstallationSubject(0), Touches: []string{string(rules.FactOther)},
	}}})
	e.begun = err == nil
	return err
}

// appLook looks at the App: deliveries that failed are asked for again, installations that are new, gone, suspended or
// allowed more than before are taken note of and made due, and what nobody needs any more is purged.
func (l *look) appLook(ctx context.Context) error {
	l.soon(l.Now().Add(catchUp))
	if err := l.redeliver(ctx); err != nil { // holds up nothing else: what they told of is found anyway
		l.soon(l.Now().Add(time.Minute))
		var limited *github.LimitedError
		if errors.As(err, &limited) {
			l.soon(limited.Until)
		}
		l.Logger.Warn().Err(err).Msg("failed deliveries were not all asked for again")
	}
	fact, err := l.cause(ctx)
	if err != nil {
		return err
	}
	installations, err := l.GitHub.Installations(ctx)
	if err != nil {
		return err
	}
	known, err := l.installs(ctx)
	if err != nil {
		return err
	}
	for _, inst := range installations {
		was, is := known[inst.ID]
		if err := l.keepInstall(ctx, was, is, inst, fact); err != nil {
			return err
		}
		delete(known, inst.ID)
	}
	for _, id := range slices.Sorted(maps.Keys(known)) {
		if gone := known[id]; !gone.Gone {
			gone.Gone = true
			l.keep(gone.cursor(), gone)
			l.mark(rules.InstallationSubject(id), rules.FactState)
		}
	}
	l.purge(ctx)
	return l.finish(ctx, nil)
}

// keepInstall takes note of an installation, as its webhooks do, and makes it due where that matters.
func (l *look) keepInstall(ctx context.Context, was InstallInfo, known bool, inst github.Installation, fact rules.Fact) error {
	now := was
	now.ID, now.Account, now.Suspended, now.Gone, now.Permissions = inst.ID, inst.Account, inst.Suspended, false, inst.Permissions
	if !known || was.Gone || was.Suspended && !now.Suspended || !maps.Equal(was.Permissions, now.Permissions) {
		now.Changed, fact = l.Now(), rules.FactConfig
		l.keep(now.cursor(), now)
	} else if was.Suspended != now.Suspended || was.Account != now.Account {
		l.keep(now.cursor(), now)
	}
	standing, err := l.Log.Standing(ctx, rules.InstallationSubject(inst.ID))
	switch {
	case err != nil || now.Suspended:
		return err
	case fact != "":
		l.mark(rules.InstallationSubject(inst.ID), fact)
	case standing.Due.IsZero():
		l.mark(rules.InstallationSubject(inst.ID), rules.FactOther)
	}
	return nil
}

// observeCursor keeps how the program ran last: whoever switches from observing to acting wants everything looked at.
const observeCursor = "observe"

// cause says why everything is to be read now: the program has begun, or it acts where it only observed; else nothing.
func (l *look) cause(ctx context.Context) (rules.Fact, error) {
	was, err := l.Log.Cursor(ctx, observeCursor)
	if now := l.Observe.String(); was != now {
		l.keepText(observeCursor, now)
		if was != "" {
			return rules.FactConfig, err
		}
	}
	if slices.Contains(l.claim.Touches, string(rules.FactOther)) {
		return rules.FactOther, err
	}
	return "", err
}

// asking is which failed deliveries are still to be asked for; kept in the cursor "deliveries".
type asking struct {
	Listed time.Time `json:"listed"` // failures up to this time were listed
	Todo   []failure `json:"todo,omitempty"`
}

type failure struct {
	ID   int64  `json:"id"`
	GUID string `json:"guid"`
}

// redeliver asks GitHub for deliveries that never arrived, some at a time.
func (l *look) redeliver(ctx context.Context) error {
	const cursor = "deliveries"
	var a asking
	if _, err := l.recall(ctx, cursor, &a); err != nil {
		return err
	}
	if len(a.Todo) == 0 {
		if err := l.listFailures(ctx, &a); err != nil {
			return err
		}
	}
	n := min(len(a.Todo), redeliverAtOnce)
	for i, f := range a.Todo[:n] {
		there, err := l.Log.Has(ctx, f.GUID)
		if err == nil && !there {
			err = l.GitHub.Redeliver(ctx, f.ID)
		}
		var failed *github.FailedError
		if refused := errors.As(err, &failed) && failed.Status < 500 || errors.Is(err, github.ErrGone); refused {
			l.Logger.Warn().Err(err).Str("delivery", f.GUID).Msg("GitHub does not send it again; what it told of is found by the sweep")
		} else if err != nil {
			a.Todo = a.Todo[i:]
			l.keep(cursor, a)
			return err
		}
	}
	a.Todo = a.Todo[n:]
	l.keep(cursor, a)
	if len(a.Todo) > 0 {
		l.soon(l.Now().Add(redeliverPause))
	}
	return nil
}

// listFailures lists what failed since the last time. One that was asked for and failed again waits for an hour.
func (l *look) listFailures(ctx context.Context, a *asking) error {
	now := l.Now()
	first := now.Add(-redeliver)
	if !a.Listed.IsZero() {
		first = a.Listed.Add(-overlap)
	}
	deliveries, err := l.GitHub.Deliveries(ctx, first.Add(-secondTries))
	if err != nil {
		return err
	}
	a.Listed = now
	for _, d := range deliveries {
		if d.Again && now.Sub(d.At) < redeliverAgain || !d.Again && d.At.Before(first) {
			continue
		}
		there, err := l.Log.Has(ctx, d.GUID)
		if err != nil {
			return err
		}
		if there {
			continue
		}
		if len(a.Todo) == redeliverList {
			a.Listed = d.At.Add(overlap) // the rest is listed again when these are done
			break
		}
		a.Todo = append(a.Todo, failure{d.ID, d.GUID})
	}
	return nil
}

// keep writes a value under a name with the next write of this look; recall reads it.
func (l *look) keep(name string, value any) {
	doc, _ := json.Marshal(value) // structs of scalars, lists and maps of strings always marshal
	l.keepText(name, string(doc))
}

func (l *look) keepText(name, text string) {
	if l.pending.Cursors == nil {
		l.pending.Cursors = map[string]string{}
	}
	l.pending.Cursors[name] = text
}

func (e *Engine) recall(ctx context.Context, name string, into any) (known bool, err error) {
	text, err := e.Log.Cursor(ctx, name)
	if err != nil || text == "" {
		return false, err
	}
	if err := json.Unmarshal([]byte(text), into); err != nil {
		return false, fmt.Errorf("cursor %s: %w", name, err)
	}
	return true, nil
}

// each reads all cursors whose names are a prefix and an id.
func each[T any](ctx context.Context, log *eventlog.DB, prefix string) (map[int64]T, error) {
	docs, err := log.Cursors(ctx, prefix)
	if err != nil {
		return nil, err
	}
	all := map[int64]T{}
	for name, doc := range docs {
		id, err := strconv.ParseInt(strings.TrimPrefix(name, prefix), 10, 64)
		if err != nil || doc == "" {
			continue
		}
		var value T
		if err := json.Unmarshal([]byte(doc), &value); err != nil {
			return nil, fmt.Errorf("cursor %s: %w", name, err)
		}
		all[id] = value
	}
	return all, nil
}
