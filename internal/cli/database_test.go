package cli

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/internal/pgtest"
	"github.com/pitcrew-app/pitcrew/internal/story"
	"github.com/rs/zerolog"
)

// Two servers share a database: each delivery goes to both, one of them is killed on the way, and everything that either
// has acknowledged is in the log once.
func TestServeOnDatabase(t *testing.T) {
	url := pgtest.Database(t)
	database := "PITCREW_DATABASE_URL=" + url
	one, two := serveProcess(t, database), serveProcess(t, database)
	for i := range 40 {
		guid := fmt.Sprintf("guid-%d", i)
		if i < 20 {
			if status := one.deliver(guid); status != http.StatusAccepted {
				t.Fatalf("the first answered %d\n%s", status, one.err.String())
			}
		}
		if i == 20 {
			if err := one.cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
		if status := two.deliver(guid); status != http.StatusAccepted {
			t.Fatalf("the second answered %d\n%s", status, two.err.String())
		}
	}
	if err := two.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if code := two.wait(); code != 0 {
		t.Errorf("exit code %d\n%s", code, two.err.String())
	}
	log, err := eventlog.OpenReadOnly(url)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	events, err := log.Events(context.Background(), eventlog.Query{Kinds: []string{"ping"}})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 40 {
		n := 0
		for _, e := range events {
			if e.Delivery == fmt.Sprintf("guid-%d", i) {
				n++
			}
		}
		if n != 1 {
			t.Errorf("delivery %d is in the log %d times", i, n)
		}
	}
}

// What commands print is the same with a database.
func TestPrintedFromDatabase(t *testing.T) {
	s, err := story.Read("../../testdata/scenarios/line-keeps-order.txtar")
	if err != nil {
		t.Fatal(err)
	}
	print := func(data string) (printed []string) {
		look := func(ctx context.Context, w story.World) error {
			if err := w.Program.Ledger.CatchUp(ctx); err != nil {
				return err
			}
			for _, args := range [][]string{{"explain", "acme/api#2"}, {"report"}} {
				env := map[string]string{"PITCREW_DATA": w.Data}
				if data != "" {
					env = map[string]string{"PITCREW_DATABASE_URL": w.Data}
				}
				got := enter(t, w.Now.Add(12*time.Second), env, args...)
				printed = append(printed, fmt.Sprintln(got.code), got.out)
			}
			return nil
		}
		if _, err := story.Run(t.Context(), s, story.Options{NoGit: true, Data: data, Log: zerolog.Nop(), Rest: look}); err != nil {
			t.Fatal(err)
		}
		return printed
	}
	if files, database := strings.Join(print(""), ""), strings.Join(print(pgtest.Database(t)), ""); files != database {
		t.Errorf("from files:\n%s\nfrom a database:\n%s", files, database)
	}
}

func TestMigrateCommand(t *testing.T) {
	url := pgtest.Database(t)
	dir := t.TempDir()
	log, err := eventlog.Open(dir, eventlog.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		env, where string
		args       []string
		code       int
		want       string // in what is printed
	}{
		{"PITCREW_DATA", t.TempDir(), []string{"--check"}, exitUsage, "there is no log in"},
		{"PITCREW_DATA", t.TempDir(), nil, exitUsage, "there is no log in"},
		{"PITCREW_DATA", dir, []string{"--check"}, 0, "log: version 3, up to date\npeople: version 1, up to date\n"},
		{"PITCREW_DATABASE_URL", url, []string{"--check"}, exitFailed, "log: version 0 → 3\npeople: version 0 → 1\n"},
		{"PITCREW_DATABASE_URL", url, nil, 0, "log: version 0 → 3\npeople: version 0 → 1\n"},
		{"PITCREW_DATABASE_URL", url, []string{"--check"}, 0, "log: version 3, up to date\npeople: version 1, up to date\n"},
		{"PITCREW_DATABASE_URL", "nowhere", nil, exitUsage, "PITCREW_DATABASE_URL is no address of a PostgreSQL database"},
	} {
		got := enter(t, time.Time{}, map[string]string{c.env: c.where}, append([]string{"migrate"}, c.args...)...)
		if got.code != c.code || !strings.Contains(got.out+got.err, c.want) {
			t.Errorf("%s %v: exit %d, %s%s; want %d, %s", c.env, c.args, got.code, got.out, got.err, c.code, c.want)
		}
	}
}

func TestDoctorOnDatabase(t *testing.T) {
	url := pgtest.Database(t)
	examined := func(step string) string {
		p := &patient{now: time.Now, env: func(name string) string { return map[string]string{"PITCREW_DATABASE_URL": url}[name] }}
		return atStep(p.examine(context.Background(), true), step)
	}
	finds := func(step, want string) {
		t.Helper()
		if got := examined(step); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %s, want %s", step, got, want)
		}
	}
	finds("data", "skipped: the database is reached, and empty")
	log, err := eventlog.Open(url, eventlog.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	finds("data", "ok: the database is reached")
	finds("log", "ok: 0 entries")
	pgtest.Execute(t, url, "UPDATE log.version SET number = 1")
	finds("data", "wrong: the schema log has version 1")
	pgtest.Execute(t, url, "UPDATE log.version SET number = 99")
	finds("data", "wrong: PITCREW_DATABASE_URL: log: it has version 99")
	url = "postgres://pitcrew:hush@127.0.0.1:1/pitcrew"
	finds("data", "wrong: PITCREW_DATABASE_URL: ")
	if strings.Contains(examined("data"), "hush") {
		t.Error("doctor tells the password")
	}
}
