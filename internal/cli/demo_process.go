package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/ghsim/demo"
)

// playing is a demo that is under way: the two processes, and where they are.
type playing struct {
	demoOptions
	app   *app
	dir   string
	began time.Time

	sim        *exec.Cmd
	simEnded   chan error
	cred       simPrint
	serve      *exec.Cmd
	serveEnded chan error

	hooks, pages, ops string
	shown             bool
}

func startDemo(ctx context.Context, a *app, o demoOptions, dir string) (*playing, error) {
	d := &playing{demoOptions: o, app: a, dir: dir, simEnded: make(chan error, 1)}
	var err error
	if d.hooks, err = freeAddr("127.0.0.1:0"); err != nil {
		return nil, err
	}
	if d.ops, err = freeAddr("127.0.0.1:0"); err != nil {
		return nil, err
	}
	if d.pages, err = freeAddr(o.pages); err != nil {
		if d.pages, err = freeAddr("127.0.0.1:0"); err != nil {
			return nil, err
		}
	}
	if err := d.startSim(); err != nil {
		return nil, err
	}
	d.began = time.Now()
	if err := d.startServe(ctx); err != nil {
		d.stop()
		return nil, err
	}
	return d, nil
}

// freeAddr finds a port that is free now. Nothing keeps it, but for two programs to need the same one at the same moment
// is unlikely, and would be said.
func freeAddr(addr string) (string, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return "", err
	}
	defer l.Close() //nolint:errcheck // only asked
	return l.Addr().String(), nil
}

func (d *playing) command(args ...string) (*exec.Cmd, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return exec.Command(self, args...), nil
}

func (d *playing) startSim() error {
	cmd, err := d.command("sim", "--state", "demo", "--hook", "http://"+d.hooks+"/hooks/github", "--seed", fmt.Sprint(demo.Seed), "--speed", fmt.Sprint(d.speed))
	if err != nil {
		return err
	}
	cmd.Stderr = d.app.err
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start the simulated GitHub: %w", err)
	}
	d.sim = cmd
	line, err := bufio.NewReader(out).ReadBytes('\n')
	go func() { d.simEnded <- ended(cmd) }()
	if err != nil {
		return errors.New("the simulated GitHub did not start")
	}
	return json.Unmarshal(line, &d.cred)
}

// ended waits for a process and always has an error to say.
func ended(cmd *exec.Cmd) error {
	if err := cmd.Wait(); err != nil {
		return err
	}
	return errors.New("exit status 0")
}

func (d *playing) startServe(ctx context.Context) error {
	cmd, err := d.command("serve")
	if err != nil {
		return err
	}
	cmd.Env = append(os.Environ(),
		"PITCREW_ADDR="+d.hooks, "PITCREW_PAGES_ADDR="+d.pages, "PITCREW_OPS_ADDR="+d.ops, "PITCREW_DATA="+d.dir, "PITCREW_PAGES_URL=http://"+d.pages,
		fmt.Sprintf("GITHUB_APP_INTEGRATION_ID=%d", d.cred.AppID), "GITHUB_APP_PRIVATE_KEY_FILE="+d.cred.KeyFile, "GITHUB_APP_WEBHOOK_SECRET="+d.cred.WebhookSecret,
		"GITHUB_APP_WEBHOOK_SECRET_PREVIOUS=", "GITHUB_APP_PRIVATE_KEY=", "PITCREW_PAGES_TOKEN=", "PITCREW_DATABASE_URL=",
		"GITHUB_V3_API_URL="+d.cred.URL+"/", "GITHUB_V4_API_URL="+d.cred.URL+"/graphql", "GITHUB_WEB_URL="+d.cred.URL)
	var log strings.Builder
	cmd.Stderr = io.Writer(&log)
	if d.verbose {
		cmd.Stderr = d.app.err
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start pitcrew: %w", err)
	}
	ends := make(chan error, 1)
	go func() {
		err := ended(cmd)
		ends <- fmt.Errorf("%w\n%s", err, log.String())
	}()
	d.serve, d.serveEnded = cmd, ends
	return d.ready(ctx)
}

// ready waits until the program says that it is.
func (d *playing) ready(ctx context.Context) error {
	limit := time.Now().Add(20 * time.Second)
	for time.Now().Before(limit) {
		if get(ctx, "http://"+d.ops+"/readyz", nil) == nil {
			return nil
		}
		select {
		case err := <-d.serveEnded:
			return fmt.Errorf("pitcrew did not start: %w", err)
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
	return errors.New("pitcrew was not ready within 20 s")
}

// killServe kills pitcrew as kill -9 does, and starts it again a second later.
func (d *playing) killServe(ctx context.Context) error {
	if err := d.serve.Process.Signal(syscall.SIGKILL); err != nil {
		return err
	}
	<-d.serveEnded
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(time.Second):
	}
	return d.startServe(ctx)
}

// stop ends both processes, politely, and waits for them.
func (d *playing) stop() {
	for _, p := range []struct {
		cmd   *exec.Cmd
		ended chan error
	}{{d.serve, d.serveEnded}, {d.sim, d.simEnded}} {
		if p.cmd == nil || p.cmd.Process.Signal(syscall.SIGTERM) != nil {
			continue
		}
		select {
		case <-p.ended:
		case <-time.After(5 * time.Second):
			p.cmd.Process.Kill() //nolint:errcheck // it is ending anyway
		}
	}
}

// get reads JSON from an address of ours.
func get(ctx context.Context, url string, into any) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close() //nolint:errcheck // read to its end
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", url, resp.Status)
	}
	if into == nil {
		return nil
	}
	return json.NewDecoder(resp.Body).Decode(into)
}
