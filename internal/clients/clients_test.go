package clients

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/cli"
)

// asSim makes this test binary the program: its arguments are pitcrew's.
const asSim = "PITCREW_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asSim) != "" {
		os.Exit(cli.Main(os.Args[1:], os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// sim is a running `pitcrew sim`, with what it printed.
type sim struct {
	t             *testing.T
	URL           string            `json:"url"`
	HTTPS         string            `json:"https"`
	Proxy         string            `json:"proxy"`
	CAFile        string            `json:"ca_file"`
	KeyFile       string            `json:"key_file"`
	AppID         int64             `json:"app_id"`
	ClientID      string            `json:"client_id"`
	ClientSecret  string            `json:"client_secret"`
	WebhookSecret string            `json:"webhook_secret"`
	Installations map[string]int64  `json:"installations"`
	Tokens        map[string]string `json:"tokens"`
	printed       string
}

// start starts a sim with a state in the form of github.yml. When the test ends it fails if anything was not simulated.
func start(t *testing.T, state string) *sim {
	t.Helper()
	file := filepath.Join(t.TempDir(), "github.yml")
	if err := os.WriteFile(file, []byte(state), 0o644); err != nil {
		t.Fatal(err)
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "sim", "--state", file)
	cmd.Env = append(os.Environ(), asSim+"=1")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Error(err)
		}
		if err := cmd.Wait(); err != nil {
			t.Errorf("sim ended: %v", err)
		}
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("read what sim prints: %v", err)
	}
	s := &sim{t: t, printed: line}
	if err := json.Unmarshal([]byte(line), s); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if errs := s.ask("GET", "/_sim/errors", ""); strings.TrimSpace(errs) != "[]" {
			t.Errorf("not as GitHub: %s", errs)
		}
	})
	return s
}

// ask talks to what is no GitHub.
func (s *sim) ask(method, path, body string) string {
	s.t.Helper()
	req, err := http.NewRequest(method, s.URL+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		s.t.Fatalf("%s %s: %s %v\n%s", method, path, res.Status, err, b)
	}
	return string(b)
}

// exec runs lines of script.
func (s *sim) exec(lines ...string) {
	s.t.Helper()
	for _, line := range lines {
		s.ask("POST", "/_sim/exec", line)
	}
}

// until asks for the truth until it contains a text: what GitHub does a moment later.
func (s *sim) until(text string) {
	s.t.Helper()
	deadline := time.After(10 * time.Second)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		state := s.ask("GET", "/_sim/state", "")
		if strings.Contains(state, text) {
			return
		}
		select {
		case <-tick.C:
		case <-deadline:
			s.t.Fatalf("after 10 s there is no %s in %s", text, state)
		}
	}
}

// need skips the test where a program is missing, or fails it where it is required.
func need(t *testing.T, program, name string) {
	t.Helper()
	if _, err := exec.LookPath(program); err == nil {
		return
	}
	if strings.Contains(os.Getenv("PITCREW_REQUIRE"), name) {
		t.Fatalf("%s is required and not installed", program)
	}
	t.Skipf("needs %s", program)
}

// shell is a directory in which somebody works, with an environment.
type shell struct {
	t   *testing.T
	dir string
	env []string
}

// as is a shell of a person whose tools believe to talk to https://ghe.sim through a proxy.
func (s *sim) as(person string) *shell {
	home := s.t.TempDir()
	return &shell{s.t, home, append(os.Environ(), "HOME="+home, "HTTPS_PROXY="+s.Proxy, "SSL_CERT_FILE="+s.CAFile, "GIT_SSL_CAINFO="+s.CAFile,
		"GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL="+filepath.Join(home, ".gitconfig"), "GIT_TERMINAL_PROMPT=0", "LC_ALL=C",
		"GH_HOST=ghe.sim", "GH_ENTERPRISE_TOKEN="+s.Tokens[person], "GH_CONFIG_DIR="+home, "GH_PROMPT_DISABLED=1", "GH_NO_UPDATE_NOTIFIER=1", "NO_COLOR=1")}
}

func (sh *shell) try(program string, args ...string) (string, error) {
	cmd := exec.Command(program, args...)
	cmd.Dir, cmd.Env = sh.dir, sh.env
	out, err := cmd.CombinedOutput()
	return strings.TrimSpace(string(out)), err
}

func (sh *shell) run(program string, args ...string) string {
	sh.t.Helper()
	out, err := sh.try(program, args...)
	if err != nil {
		sh.t.Fatalf("%s %s: %v\n%s", program, strings.Join(args, " "), err, out)
	}
	return out
}

// says runs a program and wants these words in what it says, whether it succeeds or not.
func (sh *shell) says(words, program string, args ...string) {
	sh.t.Helper()
	if out, _ := sh.try(program, args...); !strings.Contains(out, words) {
		sh.t.Errorf("%s %s:\n%s\nwant %s", program, strings.Join(args, " "), out, words)
	}
}

// clone gives the shell a working copy and an identity.
func (sh *shell) clone(url string) {
	sh.t.Helper()
	sh.run("git", "config", "--global", "user.name", "Ana")
	sh.run("git", "config", "--global", "user.email", "ana@example.com")
	sh.run("git", "clone", "-q", url, "copy")
	sh.dir = filepath.Join(sh.dir, "copy")
}

// branch makes a branch with one commit.
func (sh *shell) branch(name, file string) {
	sh.t.Helper()
	sh.run("git", "checkout", "-q", "-b", name, "origin/main")
	if err := os.WriteFile(filepath.Join(sh.dir, file), []byte(file+"\n"), 0o644); err != nil {
		sh.t.Fatal(err)
	}
	sh.run("git", "add", ".")
	sh.run("git", "commit", "-q", "-m", "Add "+file)
}
