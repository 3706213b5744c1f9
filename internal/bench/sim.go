package bench

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/ghsim"
)

var sim = Bench{"sim", "the simulated GitHub: a merge, stories, a query, a long list", runSim}

// How fast the simulated GitHub should be.
const (
	queryWithin    = 100 // ms
	mergeWithin    = 2   // times what git takes for it
	storiesMinimum = 2000
	beginWithin    = 1 // ms
)

func runSim(ctx context.Context, o Options) ([]Row, error) {
	var rows []Row
	for _, part := range []func(context.Context, Options) (Row, error){simMerge, simBegin, simStoriesGit, simStories, simQuery, simList} {
		row, err := part(ctx, o)
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// github is a simulated GitHub behind HTTP.
type github struct {
	*ghsim.Sim
	dir   string
	web   *httptest.Server
	clock *clock
}

// openGitHub starts one in a state, with its repositories on disk or, without git, in memory.
func openGitHub(state string, noGit bool) (*github, error) {
	dir, err := os.MkdirTemp("", "pitcrew-bench-")
	if err != nil {
		return nil, err
	}
	g := &github{dir: dir, clock: &clock{}}
	if g.Sim, err = ghsim.New(ghsim.Options{Seed: 1, Dir: dir, NoGit: noGit, Now: g.clock.Now}); err != nil {
		return nil, errors.Join(err, g.Close())
	}
	g.web = httptest.NewServer(g.Handler())
	g.SetURL(g.web.URL)
	if err := g.Load([]byte(state), nil); err != nil {
		return nil, errors.Join(err, g.Close())
	}
	return g, nil
}

// Close ends it and removes its repositories.
func (g *github) Close() error {
	var err error
	if g.web != nil {
		g.web.Close()
	}
	if g.Sim != nil {
		err = g.Sim.Close()
	}
	return errors.Join(err, os.RemoveAll(g.dir))
}

// timed sends one request as a person who may do everything, and says how long the answer took.
func (g *github) timed(ctx context.Context, method, path string, body any) (time.Duration, error) {
	began := time.Now()
	err := ask(ctx, g.web.URL, g.Credentials().Tokens["dan"], method, path, body)
	return time.Since(began), err
}

// open is a state with n pull requests.
func open(n int) string {
	var b strings.Builder
	b.WriteString("delays: {mergeable: 0s}\nprs:\n")
	for i := range n {
		fmt.Fprintf(&b, "  %d: {author: ana, head: a%d, checks: {build: success}, reviews: {bob: approved}}\n", i+1, i+1)
	}
	return b.String()
}

// simMerge merges through the API, and in an equal repository with the commands of git that it takes.
func simMerge(ctx context.Context, o Options) (Row, error) {
	n := o.of(40, 2)
	o.say("sim: %d merges", n)
	api, err := openGitHub(open(n), false)
	if err != nil {
		return Row{}, err
	}
	defer api.Close() //nolint:errcheck // a temporary directory
	same, err := openGitHub(open(n), false)
	if err != nil {
		return Row{}, err
	}
	defer same.Close() //nolint:errcheck // a temporary directory
	var merges, bare []time.Duration
	for i := 1; i <= n; i++ {
		pull := fmt.Sprintf("/repos/acme/api/pulls/%d", i)
		if _, err := api.timed(ctx, http.MethodGet, pull, nil); err != nil { // it starts the test merge
			return Row{}, err
		}
		api.Step(api.clock.Now())
		took, err := api.timed(ctx, http.MethodPut, pull+"/merge", map[string]string{"merge_method": "squash"})
		if err != nil {
			return Row{}, err
		}
		merges = append(merges, took)
		if took, err = same.gitMerge(ctx, i); err != nil {
			return Row{}, err
		}
		bare = append(bare, took)
	}
	floor := quantile(bare, 0.5)
	return Row{"sim: a merge through the API", quantile(merges, 0.5), "ms", new(floor), new(mergeWithin * floor), Lower}, nil
}

// simBegin starts one without git, with a pull request in it.
func simBegin(_ context.Context, o Options) (Row, error) {
	n := o.of(200, 2)
	o.say("sim: starting %d of them", n)
	var took []time.Duration
	for range n {
		began := time.Now()
		g, err := ghsim.New(ghsim.Options{Seed: 1, NoGit: true})
		if err != nil {
			return Row{}, err
		}
		if err := g.Load([]byte(open(1)), nil); err != nil {
			return Row{}, err
		}
		took = append(took, time.Since(began))
	}
	return Row{"sim: starting one, without git", quantile(took, 0.5), "ms", nil, new(float64(beginWithin)), Lower}, nil
}

// gitMerge squashes a pull request into main with git alone.
func (g *github) gitMerge(ctx context.Context, n int) (time.Duration, error) {
	dirs, err := filepath.Glob(filepath.Join(g.dir, "*.git"))
	if err != nil || len(dirs) != 1 {
		return 0, fmt.Errorf("%d repositories in %s: %w", len(dirs), g.dir, err)
	}
	head := g.SHA(fmt.Sprintf("a%d", n))
	began := time.Now()
	tree, err := git(ctx, dirs[0], "merge-tree", "--write-tree", "refs/heads/main", head)
	if err != nil {
		return 0, err
	}
	commit, err := git(ctx, dirs[0], "commit-tree", tree, "-p", "refs/heads/main", "-m", "squashed")
	if err != nil {
		return 0, err
	}
	_, err = git(ctx, dirs[0], "update-ref", "refs/heads/main", commit)
	return time.Since(began), err
}

func git(ctx context.Context, dir string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "git", append([]string{"--git-dir=" + dir}, args...)...)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL="+os.DevNull,
		"GIT_AUTHOR_NAME=bench", "GIT_AUTHOR_EMAIL=bench@localhost", "GIT_COMMITTER_NAME=bench", "GIT_COMMITTER_EMAIL=bench@localhost")
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("git %s: %w", args[0], err)
	}
	return strings.TrimSpace(string(out)), nil
}

const listQuery = `query { repository(owner: "acme", name: "api") { pullRequests(first: 100, states: OPEN) { totalCount nodes {
	number isDraft headRefOid baseRefName mergeable reviewDecision labels(first: 20) { nodes { name } }
	commits(last: 1) { nodes { commit { statusCheckRollup { state } } } }
} } } }`

// simQuery asks for a page of 100 out of 1,000 open pull requests.
func simQuery(ctx context.Context, o Options) (Row, error) {
	n := o.of(1000, 3)
	o.say("sim: a query over %d open pull requests", n)
	g, err := openGitHub(open(n), true)
	if err != nil {
		return Row{}, err
	}
	defer g.Close() //nolint:errcheck // a temporary directory
	return g.slowest(ctx, "sim: a query over 1,000 open pull requests", o.of(10, 1), func(int) (string, string, any) {
		return http.MethodPost, "/graphql", map[string]string{"query": listQuery}
	})
}

// simList lists 5,000 repositories, page by page.
func simList(ctx context.Context, o Options) (Row, error) {
	n := o.of(5000, 3)
	o.say("sim: making %d repositories", n)
	var b strings.Builder
	b.WriteString("repos:\n")
	for i := range n {
		fmt.Fprintf(&b, "  acme/service-%d: {}\n", i+1)
	}
	g, err := openGitHub(b.String(), true)
	if err != nil {
		return Row{}, err
	}
	defer g.Close() //nolint:errcheck // a temporary directory
	return g.slowest(ctx, "sim: a page of a list of 5,000 repositories", (n+99)/100, func(i int) (string, string, any) {
		return http.MethodGet, fmt.Sprintf("/orgs/acme/repos?per_page=100&page=%d", i+1), nil
	})
}

// slowest asks n times and gives the slowest answer, beside the slowest of the smallest question that there is.
func (g *github) slowest(ctx context.Context, name string, n int, question func(int) (method, path string, body any)) (Row, error) {
	var took, bare []time.Duration
	for i := range n {
		method, path, body := question(i)
		t, err := g.timed(ctx, method, path, body)
		if err != nil {
			return Row{}, err
		}
		took = append(took, t)
		if t, err = g.timed(ctx, http.MethodGet, "/rate_limit", nil); err != nil {
			return Row{}, err
		}
		bare = append(bare, t)
	}
	return Row{name, ms(slices.Max(took)), "ms, slowest", new(ms(slices.Max(bare))), new(float64(queryWithin)), Lower}, nil
}
