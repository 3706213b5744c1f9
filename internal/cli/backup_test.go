package cli

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/internal/pgtest"
)

// The drill: while deliveries arrive everything is backed up; then the server is killed and what it had is lost. Restored
// into the other kind of place, everything that was acknowledged before the backup is there, and the program goes on.
func TestBackupDrill(t *testing.T) {
	for _, c := range []struct{ name, from, to string }{
		{"files to files", "", ""}, {"database to database", "PITCREW_DATABASE_URL=", "PITCREW_DATABASE_URL="}, {"files to database", "", "PITCREW_DATABASE_URL="},
	} {
		t.Run(c.name, func(t *testing.T) {
			was := serveProcess(t, inPlace(t, c.from)...)
			for i := range 20 {
				was.acknowledged(fmt.Sprint("before-", i))
			}
			var arriving sync.WaitGroup
			arriving.Go(func() {
				for i := range 40 {
					was.acknowledged(fmt.Sprint("meanwhile-", i))
				}
			})
			file := filepath.Join(t.TempDir(), "drill.backup")
			if out := was.run("backup", file); !strings.Contains(out, "whole; as of ") {
				t.Errorf("backup said: %s", out)
			}
			arriving.Wait()
			if err := was.cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			was.wait()

			now := serveAfter(t, was, append(inPlace(t, c.to), "PITCREW_DATA="+t.TempDir()), func(s *served) {
				if out := s.run("restore", file); !strings.Contains(out, "whole; as of ") {
					t.Errorf("restore said: %s", out)
				}
				if out := s.fails("restore", file); !strings.Contains(out, "is not empty") {
					t.Errorf("restored twice: %s", out)
				}
			})
			now.acknowledged("after")
			counts := now.pings()
			for i := range 20 {
				if n := counts[fmt.Sprint("before-", i)]; n != 1 {
					t.Errorf("delivery %d, acknowledged before the backup, is there %d times", i, n)
				}
			}
			if counts["after"] != 1 {
				t.Error("the restored program takes no deliveries")
			}
			now.acknowledged("before-3") // is there already
			if n := now.pings()["before-3"]; n != 1 {
				t.Errorf("a delivery that was restored was taken %d times", n)
			}
		})
	}
}

// inPlace is the variable of a new, empty database; nothing for files.
func inPlace(t *testing.T, variable string) []string {
	if variable == "" {
		return nil
	}
	return []string{variable + pgtest.Database(t)}
}

func (s *served) acknowledged(guid string) {
	s.t.Helper()
	if status := s.deliver(guid); status != http.StatusAccepted {
		s.t.Errorf("delivery %s was answered %d\n%s", guid, status, s.err.String())
	}
}

// command is pitcrew with the variables of the server.
func (s *served) command(args ...string) (string, error) {
	c := exec.Command(os.Args[0], args...)
	c.Env = s.cmd.Env
	out, err := c.CombinedOutput()
	return string(out), err
}

func (s *served) run(args ...string) string {
	s.t.Helper()
	out, err := s.command(args...)
	if err != nil {
		s.t.Fatalf("pitcrew %v: %v\n%s", args, err, out)
	}
	return out
}

func (s *served) fails(args ...string) string {
	s.t.Helper()
	out, err := s.command(args...)
	if err == nil {
		s.t.Errorf("pitcrew %v went well", args)
	}
	return out
}

// serveAfter starts a server for the GitHub of another one, in another place, once prepare is done there.
func serveAfter(t *testing.T, was *served, env []string, prepare func(*served)) *served {
	t.Helper()
	s := &served{t: t, secret: was.secret, hooks: was.hooks, ops: was.ops}
	s.cmd = exec.Command(os.Args[0], "serve")
	for _, v := range was.cmd.Env {
		if !strings.HasPrefix(v, "PITCREW_DATABASE_URL=") {
			s.cmd.Env = append(s.cmd.Env, v)
		}
	}
	s.cmd.Env = append(s.cmd.Env, env...)
	prepare(s)
	s.cmd.Stderr = &s.err
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.cmd.Process.Kill() })
	s.await("/readyz", http.StatusOK)
	return s
}

// pings are how often each delivery is in the log.
func (s *served) pings() map[string]int {
	s.t.Helper()
	where := ""
	for _, v := range s.cmd.Env { // the last one holds
		for _, name := range []string{"PITCREW_DATA=", "PITCREW_DATABASE_URL="} {
			if text, ok := strings.CutPrefix(v, name); ok && (where == "" || name == "PITCREW_DATABASE_URL=" || !eventlog.IsURL(where)) {
				where = text
			}
		}
	}
	log, err := eventlog.OpenReadOnly(where)
	if err != nil {
		s.t.Fatal(err)
	}
	defer log.Close()
	events, err := log.Events(s.t.Context(), eventlog.Query{Kinds: []string{"ping"}, Limit: 1000})
	if err != nil {
		s.t.Fatal(err)
	}
	counts := map[string]int{}
	for _, e := range events {
		counts[e.Delivery]++
	}
	return counts
}

func TestBackupCommand(t *testing.T) {
	now := time.Date(2026, 11, 2, 9, 9, 9, 0, time.UTC)
	data, to := t.TempDir(), t.TempDir()
	env := map[string]string{"PITCREW_DATA": data}
	log, err := eventlog.Open(data, eventlog.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	file := filepath.Join(to, "pitcrew-20261102-090909.backup")
	garbage := filepath.Join(to, "garbage")
	if err := os.WriteFile(garbage, []byte("no backup"), 0o600); err != nil {
		t.Fatal(err)
	}
	other := map[string]string{"PITCREW_DATA": filepath.Join(to, "data")}
	for _, c := range []struct {
		env  map[string]string
		args []string
		code int
		want string
	}{
		{map[string]string{"PITCREW_DATA": filepath.Join(to, "none")}, []string{"backup", to}, 2, "there is no log in "},
		{env, []string{"backup", filepath.Join(to, "none", "file")}, 2, "is no directory that can be used"},
		{env, []string{"backup", to}, 0, file + ": "},
		{env, []string{"backup", to}, 2, "is there already"},
		{env, []string{"backup", "--json", "--no-raw", filepath.Join(to, "b")}, 0, `"rows":{"log.cursor":0`},
		{env, []string{"backup"}, 2, "pitcrew backup FILE|DIR"},
		{env, []string{"restore", file}, 2, "is not empty: it has log.db"},
		{other, []string{"restore", "--check", file}, 0, "0 events, 0 deliveries, 0 person tokens; 1 row in all"},
		{other, []string{"restore", filepath.Join(to, "nothing")}, 2, "there is no file"},
		{other, []string{"restore", garbage}, 1, "this is no backup that pitcrew made"},
		{other, []string{"restore", file}, 0, "whole; as of 2026-11-02 09:09:09 UTC"},
		{other, []string{"report"}, 0, "Nothing"},
	} {
		got := enter(t, now, c.env, c.args...)
		if got.code != c.code || !strings.Contains(got.out+got.err, c.want) {
			t.Errorf("%v: exit code %d\n%s%s\nwant %d and in it: %s", c.args, got.code, got.out, got.err, c.code, c.want)
		}
	}
	if left, err := filepath.Glob(filepath.Join(to, "*.part")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}
