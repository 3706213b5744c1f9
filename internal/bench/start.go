package bench

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/ghsim"
)

var start = Bench{"start", "start to ready over a log of 100,000 events, memory at rest, size of the program", runStart}

// What the program may take at rest and on disk, in MB.
const (
	restMemory = 60
	binarySize = 40
)

func runStart(ctx context.Context, o Options) ([]Row, error) {
	dir, err := os.MkdirTemp("", "pitcrew-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a temporary directory
	o.say("start: writing the log")
	if err := fill(ctx, dir, o.of(largeRepositories, 5)); err != nil {
		return nil, err
	}
	var ready, bare []time.Duration
	var memory float64
	for i := range o.of(5, 1) {
		o.say("start: starting pitcrew, time %d", i+1)
		s, err := startServe(ctx, o.Binary, dir)
		if err != nil {
			return nil, err
		}
		ready = append(ready, s.ready)
		pause(ctx, time.Duration(o.of(3000, 0))*time.Millisecond) // until it rests
		if memory, err = resident(s.cmd.Process.Pid); err == nil {
			err = s.stop()
		}
		if err != nil {
			return nil, err
		}
		began := time.Now()
		if err := exec.CommandContext(ctx, o.Binary, "version").Run(); err != nil {
			return nil, fmt.Errorf("run %s version: %w", o.Binary, err)
		}
		bare = append(bare, time.Since(began))
	}
	info, err := os.Stat(o.Binary)
	if err != nil {
		return nil, err
	}
	return []Row{
		{"start to ready", quantile(ready, 0.5), "ms", new(quantile(bare, 0.5)), nil, Lower},
		{"memory at rest", memory, "MB", nil, new(float64(restMemory)), Lower},
		{"size of the program", float64(info.Size()) / 1e6, "MB", nil, new(float64(binarySize)), Lower},
	}, nil
}

// pause lets time pass, for a process that cannot be asked whether it is done.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// served is pitcrew in a process of its own, with a GitHub to talk to.
type served struct {
	cmd   *exec.Cmd
	sim   *ghsim.Sim
	web   *httptest.Server
	ended chan error
	ready time.Duration // from the start of the process until /readyz said so
}

func startServe(ctx context.Context, binary, dir string) (_ *served, err error) {
	s := &served{ended: make(chan error, 1)}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.stop())
		}
	}()
	if s.sim, err = ghsim.New(ghsim.Options{Seed: 1}); err != nil {
		return nil, err
	}
	s.web = httptest.NewServer(s.sim.Handler())
	s.sim.SetURL(s.web.URL)
	if err := s.sim.Load(nil, nil); err != nil {
		return nil, err
	}
	keyFile := filepath.Join(dir, "app.pem")
	if err := os.WriteFile(keyFile, []byte(s.sim.Credentials().Key), 0o600); err != nil {
		return nil, err
	}
	cmd := exec.Command(binary, "serve")
	cmd.Env = append(os.Environ(), serveEnv(s.sim.Credentials(), s.web.URL, dir, keyFile)...)
	log, err := cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", binary, err)
	}
	s.cmd = cmd
	ops, err := opsAddr(log)
	go func() {
		_, copying := io.Copy(io.Discard, log)
		s.ended <- errors.Join(copying, cmd.Wait())
	}()
	if err != nil {
		return nil, err
	}
	for ctx.Err() == nil {
		if _, err := fetch(ctx, "http://"+ops+"/readyz"); err == nil {
			s.ready = time.Since(began)
			return s, nil
		} else if time.Since(began) > time.Minute {
			return nil, fmt.Errorf("pitcrew was not ready within a minute: %w", err)
		}
	}
	return nil, ctx.Err()
}

func serveEnv(cred ghsim.Credentials, url, dir, keyFile string) []string {
	const any = "127.0.0.1:0"
	return []string{
		"PITCREW_ADDR=" + any, "PITCREW_PAGES_ADDR=" + any, "PITCREW_OPS_ADDR=" + any, "PITCREW_DATA=" + dir, "PITCREW_PAGES_URL=",
		fmt.Sprintf("GITHUB_APP_INTEGRATION_ID=%d", cred.AppID), "GITHUB_APP_PRIVATE_KEY_FILE=" + keyFile, "GITHUB_APP_PRIVATE_KEY=",
		"GITHUB_APP_WEBHOOK_SECRET=" + cred.WebhookSecret, "GITHUB_APP_WEBHOOK_SECRET_PREVIOUS=", "PITCREW_PAGES_TOKEN=", "PITCREW_DATABASE_URL=",
		"GITHUB_V3_API_URL=" + url + "/", "GITHUB_V4_API_URL=" + url + "/graphql", "GITHUB_WEB_URL=" + url,
	}
}

// opsAddr reads the program's log until it says where it listens.
func opsAddr(log io.Reader) (string, error) {
	var said strings.Builder
	lines := bufio.NewReader(log)
	for {
		text, err := lines.ReadBytes('\n')
		var line struct{ Ops string }
		if json.Unmarshal(text, &line) == nil && line.Ops != "" {
			return line.Ops, nil
		}
		said.Write(text)
		if err != nil {
			return "", fmt.Errorf("pitcrew did not start: %s", said.String())
		}
	}
}

// stop ends the process, politely, and its GitHub.
func (s *served) stop() error {
	if s.cmd != nil {
		s.cmd.Process.Signal(syscall.SIGTERM) //nolint:errcheck // it may have ended
		select {
		case <-s.ended:
		case <-time.After(30 * time.Second):
			s.cmd.Process.Kill() //nolint:errcheck // it may have ended
			<-s.ended
		}
	}
	if s.web != nil {
		s.web.Close()
	}
	if s.sim != nil {
		return s.sim.Close()
	}
	return nil
}

// resident is the memory that a process has in the machine's, in MB, as Linux tells it
// (https://man7.org/linux/man-pages/man5/proc_pid_status.5.html).
func resident(pid int) (float64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, fmt.Errorf("read the memory of a process, which only Linux tells: %w", err)
	}
	for line := range strings.Lines(string(text)) {
		if fields := strings.Fields(line); len(fields) == 3 && fields[0] == "VmRSS:" {
			kB, err := strconv.ParseFloat(fields[1], 64)
			return kB * 1024 / 1e6, err
		}
	}
	return 0, fmt.Errorf("/proc/%d/status has no VmRSS", pid)
}
