// Package engine is the loop: due → load → decide → do → log.
//
// It claims a subject that is due, looks at it once, and says when to look again. A look loads the snapshot, asks the
// rules in the order of their table, carries out one acting verdict, and writes intent and outcome to the log. A crash
// anywhere means: look again. There is no other queue, timer or retry table; nothing here sleeps.
//
// Merging and updating are decided only in the look at a base, which knows the line: one lease, hence one mind, for
// each base. A look at a pull request tells its base whether it stands in line.
//
// An error means: look again later. What only people can mend is a verdict with a reason, not an error.
package engine

import (
	"context"
	"sync"
	"time"

	"github.com/pitcrew-app/pitcrew/config"
	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/internal/github"
	"github.com/pitcrew-app/pitcrew/rules"
	"github.com/rs/zerolog"
)

// Door is what the engine asks of GitHub: snapshot in, action out.
type Door interface {
	App(ctx context.Context) (rules.App, error)
	Installations(ctx context.Context) ([]github.Installation, error)
	Repositories(ctx context.Context, installation int64) ([]github.Repo, error)
	Heard(ref github.RepoRef, number int, head string)
	Landing(ref github.RepoRef, number int, base string)
	PR(ctx context.Context, ref github.RepoRef, number int) (*rules.Snapshot, error)
	Base(ctx context.Context, ref github.RepoRef, branch string, numbers []int) (*rules.Snapshot, error)
	Release(ctx context.Context, ref github.RepoRef, tag string) (*rules.Snapshot, error)
	Target(ctx context.Context, source github.RepoRef, tag string, target github.RepoRef) (*rules.Snapshot, error)
	Users(ctx context.Context, installation int64, repos []github.RepoRef, pkg string) ([]github.RepoRef, error)
	Need(ctx context.Context, ref github.RepoRef, s *rules.Snapshot, need rules.Need) error
	Comment(ctx context.Context, ref github.RepoRef, number int) (rules.OwnComment, error)
	World(ctx context.Context, ref github.RepoRef, mentions []config.Mention) (*github.World, error)
	List(ctx context.Context, ref github.RepoRef, q github.ListQuery) (github.Listing, error)
	Flows(installation int64) bool
	Carry(ref github.RepoRef, branch, tip string, prs []*rules.PR) (now string, passed []string)
	Under(change github.Change) *github.Under
	Sweep(ctx context.Context, installation int64, repos []github.RepoRef) ([]github.Swept, error)
	Forget(repo int64)
	github.Writer
	Deliveries(ctx context.Context, since time.Time) ([]github.Delivery, error)
	Redeliver(ctx context.Context, id int64) error
	Vitals() github.Vitals
}

// Meters count what the engine does: how looks ended, and what became of acts. Labels are codes, never names.
type Meters interface {
	Look(kind, outcome string)
	Act(kind, outcome string)
	Compared(same string) // what a merge made, with what was decided: yes, no or unknown
}

// Engine looks at what is due. Its fields are set once, before it runs.
type Engine struct {
	Log     *eventlog.DB
	GitHub  Door
	Rules   []rules.Rule
	Now     func() time.Time
	Logger  zerolog.Logger
	Observe config.Observe // for all repositories; each may ask for more of it, none for less
	Owner   string         // names this copy of the program in leases
	Workers int            // looks at a time in Run; 0 means 16

	Meters Meters

	// PageURL is the address of a pull request's page, for the check run; nil: none is linked.
	PageURL func(owner, name string, number int) string

	failures sync.Map // rules.Subject → int: errors in a row
	handover handover
	moving   sync.Map // repository → time.Time: until when a line of it is taken to move up
	slots    slots
	weather  weather
	begun    bool // the App was made due
}

// A lease is longer than a look can take: a load and at most one write of 10 s each, twice.
const (
	lease     = 60 * time.Second
	fresh     = 5 * time.Second  // a write is not sent on an older snapshot
	leaseLeft = 15 * time.Second // no write is sent with less left
	afterAct  = 10 * time.Second // look again, if no webhook comes before
)

// Step does everything that is due now, one look after another, and returns when to come again; zero: only when
// something happens.
func (e *Engine) Step(ctx context.Context) (time.Time, error) {
	if err := e.begin(ctx); err != nil {
		return time.Time{}, err
	}
	for {
		if _, probe := e.weather.room(e.Now(), 1); !probe.IsZero() {
			return probe, nil
		}
		claims, err := e.Log.Claim(ctx, e.Now(), lease, e.Owner, 1)
		if err != nil {
			return time.Time{}, err
		}
		if len(claims) == 0 {
			return e.next(ctx)
		}
		e.look(ctx, claims[0])
	}
}

// next is when something is due.
func (e *Engine) next(ctx context.Context) (time.Time, error) {
	at, _, err := e.Log.NextDue(ctx)
	return at, err
}

// Run looks at what is due until ctx ends, several looks at a time; then it finishes the looks in hand.
func (e *Engine) Run(ctx context.Context) error {
	r := &runner{Engine: e, busy: make(chan struct{}, e.workers()), ended: make(chan struct{}, 1), hands: map[int64]int{}}
	defer r.looks.Wait()
	for ctx.Err() == nil {
		changed := e.Log.Changed()
		next, err := r.start(ctx)
		if err != nil && ctx.Err() == nil {
			e.Logger.Error().Err(err).Msg("the log cannot be read; trying again in a second")
			next = e.Now().Add(time.Second)
		}
		r.wait(ctx, changed, next)
	}
	return nil
}

func (e *Engine) workers() int {
	if e.Workers > 0 {
		return e.Workers
	}
	return 16
}

// runner is one Run: looks go on after its context ended, for that is what finishing means.
type runner struct {
	*Engine
	busy  chan struct{} // one for each look in hand
	ended chan struct{} // holds a signal once a look has ended since the last wait
	looks sync.WaitGroup

	mu    sync.Mutex
	hands map[int64]int // looks in hand, by installation
}

// full are the installations that have as many looks in hand as one may have: of eight one is left for the others, so that
// their next look need not wait until one of a flood ends.
func (r *runner) full() (full []int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for id, n := range r.hands {
		if n >= cap(r.busy)-cap(r.busy)/8 {
			full = append(full, id)
		}
	}
	return full
}

// hold counts a look that begins, or with -1 one that ended.
func (r *runner) hold(inst int64, n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.hands[inst] += n; r.hands[inst] == 0 {
		delete(r.hands, inst)
	}
}

// spareWait is when to see what has become due beside an installation that is full; one of its looks that ends wakes sooner.
const spareWait = 200 * time.Millisecond

func (r *runner) start(ctx context.Context) (time.Time, error) {
	if err := r.begin(ctx); err != nil {
		return time.Time{}, err
	}
	for {
		room, probe := r.weather.room(r.Now(), cap(r.busy))
		if !probe.IsZero() {
			return probe, nil
		}
		if len(r.busy) >= room {
			return time.Time{}, nil
		}
		full := r.full()
		claims, err := r.Log.Claim(ctx, r.Now(), lease, r.Owner, 1, full...)
		switch {
		case err != nil:
			return time.Time{}, err
		case len(claims) > 0:
			r.work(ctx, claims[0])
		case len(full) > 0:
			return r.Now().Add(spareWait), nil
		default:
			return r.next(ctx)
		}
	}
}

// work makes the look of a claim beside the others.
func (r *runner) work(ctx context.Context, c eventlog.Claim) {
	r.busy <- struct{}{}
	r.hold(c.Installation, 1)
	r.looks.Go(func() {
		r.look(context.WithoutCancel(ctx), c)
		r.hold(c.Installation, -1)
		<-r.busy
		r.signal()
	})
}

// signal makes wait look again.
func (r *runner) signal() {
	select {
	case r.ended <- struct{}{}:
	default: // it will anyway
	}
}

func (r *runner) wait(ctx context.Context, changed <-chan struct{}, next time.Time) {
	timer := time.NewTimer(time.Hour)
	if !next.IsZero() {
		timer.Reset(max(0, next.Sub(r.Now())))
	}
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-changed:
	case <-r.ended:
	case <-timer.C:
	}
}
