package cli

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/engine"
	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/internal/ledger"
	"github.com/pitcrew-app/pitcrew/internal/pgtest"
	"github.com/pitcrew-app/pitcrew/rules"
	"github.com/pitcrew-app/pitcrew/server"
)

var pauseNow = time.Date(2026, 11, 20, 14, 0, 0, 0, time.UTC)

// placed fills a log with an organisation and a repository, for whose branch main two pull requests stand in line.
func placed(t *testing.T, where string) *eventlog.DB {
	t.Helper()
	log, err := eventlog.Open(where, eventlog.Options{Now: func() time.Time { return pauseNow }})
	if err != nil {
		t.Fatal(err)
	}
	base := rules.BaseSubject(1, "main")
	event := func(facts string) eventlog.Event {
		return eventlog.Event{Source: "pitcrew", Kind: rules.EventStanding, Installation: 5, Repository: 1, Subject: base, Facts: []byte(facts)}
	}
	_, err = log.Append(context.Background(), eventlog.Append{
		Cursors: map[string]string{"installation:5": `{"account":"acme"}`, "repo:1": `{"installation":5,"owner":"acme","name":"api"}`},
		Events:  []eventlog.Event{event(`{"number":7,"stand":"line"}`), event(`{"number":8,"stand":"line"}`)},
		Marks:   []eventlog.Mark{{Subject: base}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return log
}

// pausing is what the two commands say, one after the other, and how they end.
var pausing = []struct {
	args string
	code int
	says string
}{
	{"pause", 0, "Nothing is paused.\n"},
	{"pause acme/api --base main --dry-run", 0, "Merging into main of acme/api would be paused, with 2 pull requests in line. Nothing was changed.\n"},
	{"pause", 0, "Nothing is paused.\n"},
	{"pause ACME/api --base main", 0, "Merging into main of acme/api is paused, with 2 pull requests in line.\n  To go on: pitcrew resume acme/api --base main\n"},
	{"pause acme/api --base main", 0, "Merging into main of acme/api has been paused since 2026-11-20 14:00 UTC already; nothing was changed.\n"},
	{"pause acme", 0, "Merging in all of acme is paused, with 2 pull requests in line.\n  To go on: pitcrew resume acme\n"},
	{"resume acme/api", 0, "Merging in acme/api is not paused; nothing was changed.\nMerging in all of acme has been paused since 2026-11-20 14:00 UTC, which holds it as well.\n  To go on there: pitcrew resume acme\n"},
	{"pause acme/api --base mian", 0, "No pull request into mian was seen yet; is that how the branch is called?\n"},
	{"resume acme/api --base mian", 0, "Merging into mian of acme/api goes on, with 0 pull requests in line.\n"},
	{"resume acme --dry-run --json", 0, `"changed": true`},
	{"resume acme", 0, "Merging in all of acme goes on, with 2 pull requests in line.\n"},
	{"pause", 0, "Merging into main of acme/api has been paused since 2026-11-20 14:00 UTC.\n  To go on: pitcrew resume acme/api --base main\n"},
	{"pause --json", 0, `"base": "main"`},
	{"resume acme/api --base main --json", 0, `"in_line": 2`},
	{"pause", 0, "Nothing is paused.\n"},
	{"pause acme/web", 2, "pitcrew knows no repository and no organisation \"acme/web\"\n  it knows acme, acme/api"},
	{"pause acme/api/main", 2, `"acme/api/main" is no repository and no organisation`},
	{"pause acme --base main", 2, "--base names a branch of a repository, and acme is an organisation"},
	{"resume", 2, "write it as: pitcrew resume OWNER/REPO | OWNER"},
}

func playPausing(t *testing.T, env map[string]string) {
	t.Helper()
	for _, c := range pausing {
		got := enter(t, pauseNow, env, strings.Fields(c.args)...)
		if got.code != c.code || !strings.Contains(got.out+got.err, c.says) {
			t.Errorf("%s: exit %d, %s%s; want %d, %s", c.args, got.code, got.out, got.err, c.code, c.says)
		}
	}
}

func TestPause(t *testing.T) {
	dir := t.TempDir()
	if err := placed(t, dir).Close(); err != nil {
		t.Fatal(err)
	}
	playPausing(t, map[string]string{"PITCREW_DATA": dir})
	none := enter(t, pauseNow, map[string]string{"PITCREW_DATA": dir + "/none"}, "pause", "acme/api")
	if none.code != 2 || !strings.Contains(none.err, "there is no log in") {
		t.Errorf("without a log: exit %d, %s", none.code, none.err)
	}
}

// Beside a server that has the files open, its pages do it.
func TestPauseBesideServer(t *testing.T) {
	dir := t.TempDir()
	log := placed(t, dir)
	defer log.Close()
	book, err := ledger.Open(dir, log)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	pages := &server.Pages{Log: log, Ledger: book, Now: func() time.Time { return pauseNow }, Token: "sesame"}
	web := httptest.NewServer(pages.Handler())
	defer web.Close()
	env := map[string]string{"PITCREW_DATA": dir, "PITCREW_PAGES_ADDR": web.Listener.Addr().String(), "PITCREW_PAGES_TOKEN": "sesame"}
	playPausing(t, env)

	env["PITCREW_PAGES_TOKEN"] = "wrong"
	if got := enter(t, pauseNow, env, "pause", "acme/api"); got.code != 2 || !strings.Contains(got.err, "the server's pages want a token, and there is none here, or another one") {
		t.Errorf("with another token: exit %d, %s", got.code, got.err)
	}
	web.Close()
	if got := enter(t, pauseNow, env, "pause", "acme/api"); got.code != 2 || !strings.Contains(got.err, "its pages do not answer") {
		t.Errorf("with no pages: exit %d, %s", got.code, got.err)
	}
	if all, err := engine.AllPaused(context.Background(), log); err != nil || len(all) > 0 {
		t.Errorf("paused all the same: %v, %v", all, err)
	}
}

// Beside servers on a database, it is done there.
func TestPauseOnDatabase(t *testing.T) {
	url := pgtest.Database(t)
	log := placed(t, url)
	defer log.Close()
	playPausing(t, map[string]string{"PITCREW_DATABASE_URL": url})
}
