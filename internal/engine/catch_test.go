package engine

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/internal/github"
	"github.com/pitcrew-app/pitcrew/rules"
	"github.com/rs/zerolog"
)

// failing is a GitHub that has failed deliveries and takes note of which are asked for; some it refuses.
type failing struct {
	list  string
	asked []string
	codes map[string]int // by id; else 202
}

func (f *failing) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if id, ok := strings.CutSuffix(strings.TrimPrefix(r.URL.Path, "/app/hook/deliveries/"), "/attempts"); ok {
		f.asked = append(f.asked, id)
		if code := f.codes[id]; code != 0 {
			w.WriteHeader(code)
			return
		}
		w.WriteHeader(http.StatusAccepted)
	}
	fmt.Fprint(w, "["+f.list+"]")
}

func (f *failing) failed(ids ...int) {
	var rows []string
	for i := len(ids) - 1; i >= 0; i-- { // newest first
		rows = append(rows, fmt.Sprintf(`{"id":%d,"guid":"g%d","delivered_at":"2026-03-02T11:59:00Z","status_code":500}`, ids[i], ids[i]))
	}
	f.list = strings.Join(rows, ",")
}

// redeliverOnce is one look at failed deliveries at a time.
func redeliverOnce(t *testing.T, e *Engine, at time.Time) (asking, error) {
	t.Helper()
	e.Now = func() time.Time { return at }
	c, ok, err := e.Log.ClaimOne(t.Context(), at, lease, "test", rules.InstallationSubject(0))
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	l := &look{Engine: e, claim: c, memories: map[rules.Subject]*memory{}}
	failed := l.redeliver(t.Context())
	if err := l.finish(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	var a asking
	if _, err := e.recall(t.Context(), "deliveries", &a); err != nil {
		t.Fatal(err)
	}
	return a, failed
}

func engineFor(t *testing.T, h http.Handler) *Engine {
	t.Helper()
	web := httptest.NewServer(h)
	t.Cleanup(web.Close)
	e := engineAt(t, noon)
	e.Logger, e.Meters = zerolog.Nop(), noMeters{}
	client, err := github.New(github.Options{V3URL: web.URL, V4URL: web.URL, AppID: 1, Key: key(t), Now: func() time.Time { return e.Now() }, WriteGap: -1})
	if err != nil {
		t.Fatal(err)
	}
	e.GitHub = client
	return e
}

// After an outage deliveries are asked for some at a time, the oldest first; those that arrived are not.
func TestRedeliveryIsPaced(t *testing.T) {
	var f failing
	var ids []int
	for i := 1; i <= 60; i++ {
		ids = append(ids, i)
	}
	f.failed(ids...)
	e := engineFor(t, &f)
	if _, err := e.Log.Append(t.Context(), eventlog.Append{Delivery: "g2", Events: []eventlog.Event{{Source: "github", Kind: "ping"}}}); err != nil {
		t.Fatal(err)
	}
	now := noon
	for _, want := range []int{25, 50, 58} {
		if want == 50 { // one that was listed arrives before its turn
			if _, err := e.Log.Append(t.Context(), eventlog.Append{Delivery: "g57", Events: []eventlog.Event{{Source: "github", Kind: "ping"}}}); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := redeliverOnce(t, e, now); err != nil {
			t.Fatal(err)
		}
		if len(f.asked) != want {
			t.Fatalf("%d were asked for, not %d", len(f.asked), want)
		}
		now = now.Add(redeliverPause)
	}
	if diff := cmp.Diff([]string{"1", "3", "4"}, f.asked[:3]); diff != "" {
		t.Errorf("the oldest first, without the one that arrived: %s", diff)
	}
}

// What GitHub refuses holds up nothing; what it fails at is asked for again, and nothing before it twice.
func TestRedeliveryThatFails(t *testing.T) {
	f := failing{codes: map[string]int{"2": 422, "3": 502}}
	f.failed(1, 2, 3, 4)
	e := engineFor(t, &f)
	if _, err := redeliverOnce(t, e, noon); err == nil {
		t.Error("a failure of GitHub's passed for success")
	}
	f.codes["3"] = 0
	if a, err := redeliverOnce(t, e, noon.Add(time.Minute)); err != nil || len(a.Todo) != 0 {
		t.Errorf("%v left, error %v", a.Todo, err)
	}
	if diff := cmp.Diff([]string{"1", "2", "3", "3", "4"}, f.asked); diff != "" {
		t.Error(diff)
	}
}

// A second try that failed as well waits for an hour, and one that was refused is not asked for for ever.
func TestRedeliveryEnds(t *testing.T) {
	f := failing{list: `{"id":2,"guid":"g2","delivered_at":"2026-03-02T11:58:00Z","status_code":500,"redelivery":true},{"id":1,"guid":"g1","delivered_at":"2026-03-02T11:57:00Z","status_code":500}`}
	e := engineFor(t, &f)
	for now := noon; now.Before(noon.Add(100 * time.Minute)); now = now.Add(catchUp) {
		if _, err := redeliverOnce(t, e, now); err != nil {
			t.Fatal(err)
		}
	}
	counts := map[string]int{}
	for _, id := range f.asked {
		counts[id]++
	}
	if counts["1"] > 4 || counts["1"] == 0 || counts["2"] == 0 || counts["2"] > 9 {
		t.Errorf("asked for %v", counts)
	}
}

// What GitHub lists is what there is; what it no longer lists is gone, but not what another installation has now.
func TestListOfRepositories(t *testing.T) {
	e := engineAt(t, noon)
	for name, doc := range map[string]string{
		"repo:1": `{"installation":7,"owner":"acme","name":"same","default_branch":"main","private":false}`,
		"repo:2": `{"installation":7,"owner":"acme","name":"old-name","default_branch":"main","private":false}`,
		"repo:3": `{"installation":7,"owner":"acme","name":"removed","default_branch":"main","private":false}`,
		"repo:4": `{"installation":8,"owner":"other","name":"moved","default_branch":"main","private":false}`,
		"repo:5": `{"installation":7,"owner":"acme","name":"archived","default_branch":"main","private":false,"archived":true}`,
		"repo:6": `{"installation":7,"owner":"acme","name":"branch","default_branch":"main","private":false}`,
		"repo:7": `{"installation":8,"owner":"other","name":"theirs","default_branch":"main","private":false}`,
	} {
		keep(t, e, name, doc)
	}
	listed := func(id int64, name, branch string) github.Repo {
		return github.Repo{RepoRef: github.RepoRef{Installation: 7, ID: id, Owner: "acme", Name: name}, DefaultBranch: branch}
	}
	l := &look{Engine: e}
	err := l.settleList(context.Background(), 7, []github.Repo{
		listed(1, "same", "main"), listed(2, "new-name", "main"), listed(4, "moved", "main"), listed(5, "archived", "main"), listed(6, "branch", "trunk"), listed(9, "new", "main"),
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"repo:4 [config]", "repo:5 [config]", "repo:6 [config]"}, lines(l.pending.Marks)); diff != "" {
		t.Errorf("looked at: %s", diff)
	}
	kept := map[string]string{}
	for name, doc := range l.pending.Cursors {
		kept[name] = fmt.Sprint(strings.Contains(doc, `"gone":true`), strings.Contains(doc, `"installation":7`))
	}
	want := map[string]string{"repo:2": "false true", "repo:3": "true true", "repo:4": "false true", "repo:5": "false true", "repo:6": "false true", "repo:9": "false true"}
	if diff := cmp.Diff(want, kept); diff != "" {
		t.Errorf("kept, as gone and in this installation: %s", diff)
	}
	if facts := string(l.pending.Events[0].Facts); facts != `{"added":2,"changed":3,"removed":1}` {
		t.Errorf("told %s", facts)
	}
}

// After an error the sweep goes on after what was read; one repository that cannot be read is left out, but not while GitHub is
// away.
func TestSweepGetsThrough(t *testing.T) {
	swept := func(ids ...int64) (all []github.Swept) {
		for _, id := range ids {
			all = append(all, github.Swept{Repo: github.RepoRef{ID: id}})
		}
		return all
	}
	failed := &github.FailedError{Status: 502}
	for _, c := range []struct {
		name     string
		swept    []github.Swept
		failures int
		away     bool
		err      error
		want     int
		fails    bool
	}{
		{"some were read", swept(3, 5), 0, false, failed, 3, false},
		{"none was read", nil, 0, false, failed, 0, true},
		{"none again and again", nil, tooOften, false, failed, 1, false},
		{"GitHub is away", nil, tooOften, true, failed, 0, true},
		{"a limit", nil, tooOften, false, &github.LimitedError{}, 0, true},
	} {
		e := engineAt(t, noon)
		e.Logger = zerolog.Nop()
		l := &look{Engine: e, claim: eventlog.Claim{Subject: rules.InstallationSubject(7)}}
		e.failures.Store(l.claim.Subject, c.failures)
		if c.away {
			e.weather.failures = stormAfter
		}
		n, err := l.gotThrough(&round{Todo: []int64{3, 4, 5, 6}}, c.swept, c.err)
		if n != c.want || (err != nil) != c.fails {
			t.Errorf("%s: %d done with, error %v", c.name, n, err)
		}
	}
}
