package bench

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"time"
)

// A burst: so many pull requests, in so many repositories, become ready at the same moment.
const (
	burstPulls = 500
	burstRepos = 8
)

// How many times the bare merges a burst may take, where a call takes no time and where it takes 50 ms.
var burstAtMost = map[int]float64{0: 2, 50: 3}

// runBurst lets a burst land by pitcrew, and by bare merge calls in the same state of GitHub: one at a time in each base, and the
// bases side by side. GitHub's own work is the same for both, the webhooks that it sends included; its test merges take no time.
func runBurst(ctx context.Context, o Options) ([]Row, error) {
	var rows []Row
	for _, network := range networks {
		o.say("merge: a burst at %d ms a call", network)
		b := bursting{repos: o.of(burstRepos, 2), pulls: o.of(burstPulls, 4), wait: time.Duration(network) * time.Millisecond, patience: time.Duration(o.of(120, 5)) * time.Second}
		bare, err := b.bare(ctx)
		if err != nil {
			return nil, err
		}
		took, lost, err := b.land(ctx)
		if err != nil {
			return nil, err
		}
		name := fmt.Sprintf("burst of %d in %d repositories at %d ms a call", b.pulls, b.repos, network)
		rows = append(rows,
			Row{name, ms(took), "ms", new(ms(bare)), new(burstAtMost[network] * ms(bare)), Lower},
			Row{name + ": not landed", float64(lost), "calls", nil, new(0.0), Lower})
	}
	return rows, nil
}

// approvedAndBuilt is what the pull requests of a burst need.
const approvedAndBuilt = "version: 1\nmerge: {policies: [{approvals: 1, checks: [build]}]}\n"

// bursting is a burst of a size.
type bursting struct {
	repos, pulls int
	wait         time.Duration // a call
	patience     time.Duration // what has not landed by then is taken for lost
}

func (b bursting) name(repo int) string { return fmt.Sprintf("acme/r%d", repo+1) }

// numbers are the pull requests of a repository.
func (b bursting) numbers(repo int) (list []int) {
	for i := range b.pulls {
		if i%b.repos == repo {
			list = append(list, i/b.repos+1)
		}
	}
	return list
}

// world has all pull requests green, and none approved.
func (b bursting) world() world {
	var text strings.Builder
	text.WriteString("delays: {mergeable: 0s}\nrepos:\n")
	files := map[string]map[string]string{}
	for r := range b.repos {
		fmt.Fprintf(&text, "  %s:\n    prs:\n", b.name(r))
		for _, n := range b.numbers(r) {
			fmt.Fprintf(&text, "      %d: {author: ana, head: r%da%d, files: {file-%d.txt: new}, checks: {build: success}}\n", n, r+1, n, n)
		}
		files[b.name(r)] = map[string]string{".platform.yml": approvedAndBuilt}
	}
	return world{github: text.String(), files: files, noGit: true}
}

// ready opens that world, where everything has been looked at, and lets all be approved at once. Nobody has heard of it yet.
func (b bursting) ready(ctx context.Context) (*lab, error) {
	l, err := b.world().open(ctx)
	if err != nil {
		return nil, err
	}
	if err := l.sim.Exec("limits off"); err != nil {
		return l, err
	}
	for was := -1; was != len(l.sim.Calls()); { // pitcrew takes its time with those of whom nobody has told
		was = len(l.sim.Calls())
		if err := l.settle(ctx); err != nil {
			return l, err
		}
	}
	for r := range b.repos {
		for _, n := range b.numbers(r) {
			if err := l.sim.Exec(fmt.Sprintf("review %s#%d bob approved", b.name(r), n)); err != nil {
				return l, err
			}
		}
	}
	l.door.wait.Store(int64(b.wait))
	return l, nil
}

// land lets GitHub tell, and says when the last pull request had landed and how many never did.
func (b bursting) land(ctx context.Context) (took time.Duration, lost int, err error) {
	l, err := b.ready(ctx)
	if err != nil {
		return 0, 0, err
	}
	defer l.Close() //nolint:errcheck // a temporary directory
	defer l.run(ctx)()
	began := time.Now()
	defer l.deliver(ctx)()
	for l.door.landed() < b.pulls && time.Since(began) < b.patience && ctx.Err() == nil {
		pause(ctx, time.Millisecond)
	}
	return time.Since(began), b.pulls - l.door.landed(), ctx.Err()
}

// deliver lets GitHub play by the clock, its webhooks included, until stop.
func (l *lab) deliver(ctx context.Context) (stop func()) {
	running, end := context.WithCancel(ctx)
	var sim sync.WaitGroup
	sim.Go(func() { l.sim.Run(running) })
	return func() { end(); sim.Wait() }
}

// bare makes a merge call for each, and nothing else. The webhooks go to somebody who only takes them.
func (b bursting) bare(ctx context.Context) (time.Duration, error) {
	l, err := b.ready(ctx)
	if err != nil {
		return 0, err
	}
	defer l.Close() //nolint:errcheck // a temporary directory
	sink := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusAccepted) }))
	defer sink.Close()
	l.sim.SetHook(sink.URL)
	began := time.Now()
	defer l.deliver(ctx)()
	errs := make([]error, b.repos)
	var bases sync.WaitGroup
	for r := range b.repos {
		bases.Go(func() { errs[r] = b.merges(ctx, l, r) })
	}
	bases.Wait()
	took := time.Since(began)
	for _, err := range errs {
		if err != nil {
			return 0, err
		}
	}
	return took, nil
}

// merges merges the pull requests of one repository one after another.
func (b bursting) merges(ctx context.Context, l *lab, repo int) error {
	for _, n := range b.numbers(repo) {
		path := fmt.Sprintf("/repos/%s/pulls/%d/merge", b.name(repo), n)
		if err := l.ask(ctx, http.MethodPut, path, map[string]string{"merge_method": "squash"}); err != nil {
			return err
		}
	}
	return nil
}
