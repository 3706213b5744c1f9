package bench

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/rules"
)

// floodShare is how much longer others may wait while one installation floods.
const floodShare = 1.2

// flood measures how long a look of one installation takes, from the event to its end, alone and while another has hundreds of
// subjects due all the time.
func flood(ctx context.Context, o Options, at place) ([]Row, error) {
	pulls := o.of(300, 3)
	w := world{
		github: fmt.Sprintf("repo: acme/api\n%srepos:\n  other/app:\n    prs:\n      1: {author: ana, head: b1}\n", pullsOf(pulls)),
		files: map[string]map[string]string{
			"acme/api": {".platform.yml": neverReady}, "other/app": {".platform.yml": neverReady},
		},
		noGit: true, data: at.data,
	}
	o.say("engine, %s: looks of one installation, alone and beside another with %d subjects due", at.name, pulls)
	l, err := w.open(ctx)
	if err != nil {
		return nil, err
	}
	defer l.Close() //nolint:errcheck // a temporary directory
	if err := l.settle(ctx); err != nil {
		return nil, err
	}
	flooding, other, err := l.two(ctx)
	if err != nil {
		return nil, err
	}
	l.door.wait.Store(int64(answers))
	defer l.run(ctx)()
	alone, err := l.looked(ctx, other, o.of(100, 2))
	if err != nil {
		return nil, err
	}
	ctx, dry := context.WithCancel(ctx)
	defer dry()
	go l.pour(ctx, flooding, pulls)
	beside, err := l.looked(ctx, other, o.of(100, 2))
	if err != nil {
		return nil, err
	}
	floor := quantile(alone, 0.99)
	return []Row{
		{at.of("engine: event to end of look, beside a flood"), quantile(beside, 0.5), "ms, p50", new(quantile(alone, 0.5)), nil, Lower},
		{at.of("engine: event to end of look, beside a flood"), quantile(beside, 0.99), "ms, p99", new(floor), new(floodShare * floor), Lower},
	}, nil
}

func pullsOf(n int) string {
	var b strings.Builder
	b.WriteString("prs:\n")
	for i := range n {
		fmt.Fprintf(&b, "  %d: {author: ana, head: a%d}\n", i+1, i+1)
	}
	return b.String()
}

// covered is a repository and its installation.
type covered struct{ repo, installation int64 }

// two finds the repositories acme/api and other/app.
func (l *lab) two(ctx context.Context) (api, app covered, err error) {
	for name, into := range map[string]*covered{"acme/api": &api, "other/app": &app} {
		r, known, err := l.program.Ledger.RepositoryNamed(ctx, name)
		if err != nil || !known {
			return api, app, fmt.Errorf("%s is not known: %w", name, err)
		}
		*into = covered{r.ID, r.Installation}
	}
	return api, app, nil
}

// tell appends an event about pull requests of a repository, which makes each due.
func (l *lab) tell(ctx context.Context, c covered, numbers ...int) (int64, error) {
	a := eventlog.Append{Events: []eventlog.Event{{Source: "bench", Kind: "told", Installation: c.installation, Repository: c.repo}}}
	for _, n := range numbers {
		a.Marks = append(a.Marks, eventlog.Mark{Subject: rules.PRSubject(c.repo, n), Touches: []string{string(rules.FactOther)}})
	}
	got, err := l.program.Log.Append(ctx, a)
	return got.Last, err
}

// pour keeps hundreds of pull requests due.
func (l *lab) pour(ctx context.Context, c covered, pulls int) {
	numbers := make([]int, pulls)
	for i := range numbers {
		numbers[i] = i + 1
	}
	for ctx.Err() == nil {
		l.tell(ctx, c, numbers...) //nolint:errcheck // its end is the end of the flood
		pause(ctx, 100*time.Millisecond)
	}
}

// looked tells of the first pull request of a repository, n times, and says how long each look took to be over.
func (l *lab) looked(ctx context.Context, c covered, n int) ([]time.Duration, error) {
	var took []time.Duration
	for range n {
		pause(ctx, 20*time.Millisecond)
		began := time.Now()
		seq, err := l.tell(ctx, c, 1)
		if err != nil {
			return nil, err
		}
		for since := int64(0); since < seq; {
			pause(ctx, time.Millisecond)
			st, err := l.program.Log.Standing(ctx, rules.PRSubject(c.repo, 1))
			if err != nil {
				return nil, err
			}
			since = st.Since
		}
		took = append(took, time.Since(began))
	}
	return took, nil
}
