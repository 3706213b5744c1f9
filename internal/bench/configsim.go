package bench

import (
	"context"
	"fmt"
	"math"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/engine"
	"github.com/pitcrew-app/pitcrew/internal/ghsim"
	gh "github.com/pitcrew-app/pitcrew/internal/github"
	"github.com/pitcrew-app/pitcrew/rules"
)

// What comparing two configurations may cost at most: in ms once the pull requests are loaded, and pull requests a query.
const (
	simulateWithin = 2000
	listedAtOnce   = 50
)

// simulateMany decides many pull requests under two configurations, once they are loaded from a simulated GitHub.
func simulateMany(ctx context.Context, o Options) (rows []Row, err error) {
	n := o.of(1000, 60)
	o.say("config: simulating %d pull requests", n)
	sim, err := ghsim.New(ghsim.Options{Seed: 1})
	if err != nil {
		return nil, err
	}
	defer sim.Close() //nolint:errcheck // it keeps nothing
	web := httptest.NewServer(sim.Handler())
	defer web.Close()
	sim.SetURL(web.URL)
	if err := sim.Load([]byte(pullsOfSimulation(n)), nil); err != nil {
		return nil, err
	}
	client, err := gh.New(gh.Options{V3URL: web.URL + "/", V4URL: web.URL + "/graphql", Token: sim.Credentials().Tokens["rea"]})
	if err != nil {
		return nil, err
	}
	ref, err := client.Find(ctx, "acme", "api")
	if err != nil {
		return nil, err
	}
	before := len(sim.Calls())
	list, err := client.List(ctx, ref, gh.ListQuery{Most: n})
	if err != nil {
		return nil, err
	}
	queries := 0
	for _, c := range sim.Calls()[before:] {
		if strings.Contains(c.Body, `"query":"query List(`) {
			queries++
		}
	}
	took, err := simulated(ctx, client, ref, list)
	name := fmt.Sprintf("config: simulate, %d pull requests", n)
	return []Row{
		{name + ", once loaded", took, "ms", nil, new(float64(simulateWithin)), Lower},
		{name + ", loading", float64(queries), "queries", nil, new(math.Ceil(float64(n) / listedAtOnce)), Lower},
	}, err
}

// simulated is how long it takes to decide each pull request twice. Half of them must differ, or something else was measured.
func simulated(ctx context.Context, client *gh.Client, ref gh.RepoRef, list gh.Listing) (float64, error) {
	stricter := strings.ReplaceAll(policyOfSimulation, "approvals: 1", "approvals: 2")
	change := gh.Change{Name: rules.ConfigName, Branch: "main", Blob: client.Offer(ref.Installation, []byte(stricter))}
	c := engine.Comparison{GitHub: client, Rules: rules.All, Ref: ref, Under: client.Under(change), Complete: func(context.Context, *rules.Snapshot) error { return nil }}
	differ := 0
	start := time.Now()
	for _, p := range list.Pulls {
		d, _, err := c.Differ(ctx, p)
		if err != nil {
			return 0, err
		}
		if len(d.Rules) > 0 {
			differ++
		}
	}
	took := ms(time.Since(start))
	if differ != len(list.Pulls)/2 {
		return 0, fmt.Errorf("%d of %d pull requests differ", differ, len(list.Pulls))
	}
	return took, nil
}

// policyOfSimulation is a file as an organisation has them: people and bots, documentation and the rest.
const policyOfSimulation = `version: 1
reviewers: {request: 2}
update: {when: {label: automerge}}
merge:
  never: {label: [hold, "do-not-*"], title: "WIP*"}
  policies:
    - {name: docs, when: {only-files: ["docs/**", "**/*.md"]}, approvals: 0}
    - {name: bots, when: {author: "dependabot[bot]"}, approvals: 0, checks: [build]}
    - {name: rest, when: {label: automerge, base: [main, "release/*"]}, approvals: 1, checks: [build]}
`

func pullsOfSimulation(n int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "people: {ana: write, bob: write, rea: read}\nfiles: {.platform.yml: %q}\nprs:\n", policyOfSimulation)
	for i := range n {
		labels := "[automerge]"
		if i%2 == 1 {
			labels = "[]"
		}
		fmt.Fprintf(&b, "  %d: {author: ana, head: h%d, checks: {build: success}, labels: %s, reviews: {bob: approved}}\n", i+1, i+1, labels)
	}
	return b.String()
}
