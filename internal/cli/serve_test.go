package cli

import (
	"bufio"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/internal/ghsim"
	"github.com/pitcrew-app/pitcrew/server"
	"github.com/rs/zerolog"
)

// asProgram makes the test binary be pitcrew itself, so that processes are started and killed for real.
const asProgram = "PITCREW_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		os.Exit(Main(os.Args[1:], os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// served is a `pitcrew serve` as a process, against a simulated GitHub.
type served struct {
	t          *testing.T
	cmd        *exec.Cmd
	err        strings.Builder
	hooks, ops string
	secret     string
	data       string
}

func serveProcess(t *testing.T, env ...string) *served {
	t.Helper()
	sim, err := ghsim.New(ghsim.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { sim.Close() })
	github := httptest.NewServer(sim.Handler())
	t.Cleanup(github.Close)
	sim.SetURL(github.URL)
	if err := sim.Load(nil, nil); err != nil {
		t.Fatal(err)
	}
	s := &served{t: t, data: t.TempDir(), secret: sim.Credentials().WebhookSecret}
	for _, addr := range []*string{&s.hooks, &s.ops} {
		if *addr, err = freeAddr("127.0.0.1:0"); err != nil {
			t.Fatal(err)
		}
	}
	key := filepath.Join(t.TempDir(), "app.pem")
	if err := os.WriteFile(key, []byte(sim.Credentials().Key), 0o600); err != nil {
		t.Fatal(err)
	}
	s.cmd = exec.Command(os.Args[0], "serve")
	s.cmd.Env = append(os.Environ(), asProgram+"=1", "PITCREW_ADDR="+s.hooks, "PITCREW_OPS_ADDR="+s.ops, "PITCREW_PAGES_ADDR=127.0.0.1:0", "PITCREW_DATA="+s.data,
		fmt.Sprintf("GITHUB_APP_INTEGRATION_ID=%d", sim.Credentials().AppID), "GITHUB_APP_PRIVATE_KEY_FILE="+key, "GITHUB_APP_WEBHOOK_SECRET="+s.secret,
		"GITHUB_V3_API_URL="+github.URL+"/", "GITHUB_V4_API_URL="+github.URL+"/graphql", "GITHUB_WEB_URL="+github.URL)
	s.cmd.Env = append(s.cmd.Env, env...)
	s.cmd.Stderr = &s.err
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.cmd.Process.Kill() })
	s.await("/readyz", http.StatusOK)
	return s
}

// await asks until an address of the ops port answers with a status.
func (s *served) await(path string, status int) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), 30*time.Second)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		resp, err := http.Get("http://" + s.ops + path)
		if err == nil {
			resp.Body.Close()
			if resp.StatusCode == status {
				return
			}
		}
		select {
		case <-ctx.Done():
			s.t.Fatalf("%s never answered %d: %v\n%s", path, status, err, s.err.String())
		case <-tick.C:
		}
	}
}

// deliver posts a signed ping and gives the status of the answer.
func (s *served) deliver(guid string) int {
	s.t.Helper()
	body := `{"zen":"Speak like a human.","hook_id":1}`
	mac := hmac.New(sha256.New, []byte(s.secret))
	mac.Write([]byte(body))
	req, err := http.NewRequest(http.MethodPost, "http://"+s.hooks+"/hooks/github", strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header = http.Header{"Content-Type": {"application/json"}, "X-Github-Event": {"ping"}, "X-Github-Delivery": {guid},
		"X-Hub-Signature-256": {"sha256=" + hex.EncodeToString(mac.Sum(nil))}}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode
}

func (s *served) wait() int {
	s.t.Helper()
	done := make(chan error, 1)
	go func() { done <- s.cmd.Wait() }()
	select {
	case <-done:
	case <-time.After(40 * time.Second):
		s.t.Fatalf("did not end\n%s", s.err.String())
	}
	return s.cmd.ProcessState.ExitCode()
}

// SIGTERM drains and exits with 0, and what was answered 202 is in the log.
func TestServeDrains(t *testing.T) {
	s := serveProcess(t)
	if status := s.deliver("11111111-1111-4111-8111-111111111111"); status != http.StatusAccepted {
		t.Fatalf("answered %d", status)
	}
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if code := s.wait(); code != 0 {
		t.Errorf("exit code %d\n%s", code, s.err.String())
	}
	log, err := eventlog.OpenReadOnly(s.data)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	if there, err := log.Has(t.Context(), "11111111-1111-4111-8111-111111111111"); err != nil || !there {
		t.Errorf("the delivery is not in the log: %v", err)
	}
}

// What was answered 202 is in the log although nothing was drained.
func TestServeKilled(t *testing.T) {
	s := serveProcess(t)
	for i := range 20 {
		if status := s.deliver(fmt.Sprintf("22222222-2222-4222-8222-%012d", i)); status != http.StatusAccepted {
			t.Fatalf("answered %d", status)
		}
	}
	if err := s.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	s.wait()
	log, err := eventlog.OpenReadOnly(s.data)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	for i := range 20 {
		if there, err := log.Has(t.Context(), fmt.Sprintf("22222222-2222-4222-8222-%012d", i)); err != nil || !there {
			t.Errorf("delivery %d was acknowledged and is lost: %v", i, err)
		}
	}
}

// A second pitcrew on the same data is told so, in a sentence.
// A serve that starts while the old one still has the data waits for it, and then takes its place.
func TestServeTakesThePlaceOfTheOldOne(t *testing.T) {
	old := serveProcess(t)
	again := exec.Command(os.Args[0], "serve")
	again.Env = append(old.cmd.Env, "PITCREW_ADDR=127.0.0.1:0", "PITCREW_OPS_ADDR=127.0.0.1:0")
	out, err := again.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { again.Process.Kill() })
	var said []string
	for lines := bufio.NewScanner(out); lines.Scan(); {
		said = append(said, lines.Text())
		if strings.Contains(lines.Text(), "waiting until it has stopped") {
			old.cmd.Process.Signal(syscall.SIGTERM)
		}
		if strings.Contains(lines.Text(), "pitcrew is up") {
			again.Process.Signal(syscall.SIGTERM)
		}
	}
	if err := again.Wait(); err != nil || len(said) < 2 || !strings.Contains(said[0], "another pitcrew has the data") {
		t.Errorf("%v: %s", err, strings.Join(said, "\n"))
	}
}

// One that does not stop is told of, with what to do.
func TestServeTwiceOnTheSameData(t *testing.T) {
	dir := t.TempDir()
	log, err := eventlog.Open(dir, eventlog.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	_, err = assembled(t.Context(), server.Setup{Data: dir, Now: time.Now, Log: zerolog.Nop()}, time.Nanosecond)
	if !errors.Is(err, eventlog.ErrInUse) || !strings.Contains(err.Error(), "stop that one first, or set PITCREW_DATA") {
		t.Errorf("%v", err)
	}
}

func TestMissingSettingsAreOneSentence(t *testing.T) {
	good := map[string]string{
		"GITHUB_APP_INTEGRATION_ID": "7", "GITHUB_APP_PRIVATE_KEY": testKey(t), "GITHUB_APP_WEBHOOK_SECRET": strings.Repeat("s", 32),
	}
	for _, c := range []struct{ name, value, want string }{
		{"GITHUB_APP_INTEGRATION_ID", "", "GITHUB_APP_INTEGRATION_ID is not set"},
		{"GITHUB_APP_INTEGRATION_ID", "seven", `GITHUB_APP_INTEGRATION_ID is "seven"`},
		{"GITHUB_APP_PRIVATE_KEY", "", "GITHUB_APP_PRIVATE_KEY is not set"},
		{"GITHUB_APP_PRIVATE_KEY", "abc", "holds no RSA private key"},
		{"GITHUB_APP_WEBHOOK_SECRET", "", "GITHUB_APP_WEBHOOK_SECRET is not set"},
		{"GITHUB_APP_WEBHOOK_SECRET", "short", "GITHUB_APP_WEBHOOK_SECRET: the webhook secret has 5 bytes"},
		{"GITHUB_APP_WEBHOOK_SECRET_PREVIOUS", "short", "GITHUB_APP_WEBHOOK_SECRET_PREVIOUS: the webhook secret has 5 bytes"},
		{"PITCREW_ADDR", "8080", `PITCREW_ADDR is "8080"`},
		{"PITCREW_PAGES_ADDR", ":8081", "the pages have no sign-in yet"},
		{"PITCREW_KEEP_RAW", "soon", `PITCREW_KEEP_RAW is "soon"`},
		{"PITCREW_WRITE_GAP", "2h", `PITCREW_WRITE_GAP is "2h"`},
		{"PITCREW_WRITE_GAP", "-1s", `PITCREW_WRITE_GAP is "-1s"`},
		{"GITHUB_V3_API_URL", "github.example.com", `GITHUB_V3_API_URL is "github.example.com"`},
		{"PITCREW_DATABASE_URL", "mysql://root:hush@x", "PITCREW_DATABASE_URL is no address of a PostgreSQL database"},
	} {
		_, err := readSettings(func(name string) string {
			if name == c.name {
				return c.value
			}
			return good[name]
		})
		if err == nil || !strings.HasPrefix(err.Error(), c.want) && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s=%q: %v", c.name, c.value, err)
		}
		if err != nil && exitCode(err, new(strings.Builder)) != exitUsage {
			t.Errorf("%s=%q: exit code %d", c.name, c.value, exitCode(err, new(strings.Builder)))
		}
	}
	if _, err := readSettings(func(name string) string { return good[name] }); err != nil {
		t.Errorf("good settings: %v", err)
	}
}

func testKey(t *testing.T) string {
	t.Helper()
	sim, err := ghsim.New(ghsim.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer sim.Close()
	return sim.Credentials().Key
}

// The result of the demo is what the issue of a machine reader needs, in these words.
func TestDemoResultForm(t *testing.T) {
	doc, err := json.Marshal(demoResult{Deliveries: 1, Acts: map[string]int{"merge": 1}, Minutes: 1})
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"deliveries":1,"acts":{"merge":1},"minutes":1,"waiting":null}`; string(doc) != want {
		t.Errorf("got %s", doc)
	}
}

func TestWriteGap(t *testing.T) {
	for value, want := range map[string]time.Duration{"": 0, "0": -1, "0s": -1, "250ms": 250 * time.Millisecond, "1m": time.Minute} {
		r := reader{env: func(string) string { return value }}
		s := settings{WriteGap: r.gap("PITCREW_WRITE_GAP")}
		if got := s.setup(zerolog.Nop(), false).WriteGap; got != want || r.err != nil {
			t.Errorf("%q: %s, %v", value, got, r.err)
		}
	}
}
