package kill

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
)

// program is the program as it is shipped; TestMain builds it.
var program string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "pitcrew-kill-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	program = filepath.Join(dir, "pitcrew")
	build := exec.Command("go", "build", "-o", program, "../..")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build the program: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// running is one process of the program, or of a command that runs it.
type running struct {
	cmd   *exec.Cmd
	up    chan struct{} // closed when it listens; hooks and ops are set then
	ended chan struct{} // closed when it is gone; err is set then
	err   error
	hooks string // where webhooks go
	ops   string // where health is asked for

	frozen atomic.Bool

	mu  sync.Mutex
	log []string // the last lines that it wrote
}

// start starts a process and reads its log.
func start(cmd *exec.Cmd) (*running, error) {
	p := &running{cmd: cmd, up: make(chan struct{}), ended: make(chan struct{})}
	lines, err := cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		for scan := bufio.NewScanner(lines); scan.Scan(); {
			p.read(scan.Text())
		}
		p.err = cmd.Wait()
		close(p.ended)
	}()
	return p, nil
}

// keepLines is how much of a log is kept for whoever has to find out what went wrong.
const keepLines = 40

func (p *running) read(line string) {
	p.mu.Lock()
	if !strings.Contains(line, "delivery refused") { // there are many
		p.log = append(p.log, line)
		p.log = p.log[max(0, len(p.log)-keepLines):]
	}
	p.mu.Unlock()
	var said struct{ Message, Hooks, Ops string }
	if p.hooks == "" && json.Unmarshal([]byte(line), &said) == nil && said.Message == "pitcrew is up" {
		p.hooks, p.ops = said.Hooks, said.Ops
		close(p.up)
	}
}

// said is the end of its log.
func (p *running) said() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Join(p.log, "\n")
}

// await waits until it listens.
func (p *running) await() error {
	select {
	case <-p.up:
		return nil
	case <-p.ended:
		return fmt.Errorf("the program ended before it was up: %w\n%s", p.err, p.said())
	}
}

// alive says that it listens, and was neither killed nor frozen.
func (p *running) alive() bool {
	if p.frozen.Load() {
		return false
	}
	select {
	case <-p.ended:
		return false
	default:
	}
	select {
	case <-p.up:
		return true
	default:
		return false
	}
}

// kill ends it as kill -9 does.
func (p *running) kill() {
	p.cmd.Process.Kill() //nolint:errcheck // then it is gone already
	<-p.ended
}

// stop ends it as a supervisor does.
func (p *running) stop() error {
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	<-p.ended
	if p.err != nil {
		return fmt.Errorf("the program did not drain: %w\n%s", p.err, p.said())
	}
	return nil
}

// freeze stops it where it is, and thaw lets it go on.
func (p *running) freeze() error {
	p.frozen.Store(true)
	return p.cmd.Process.Signal(syscall.SIGSTOP)
}

func (p *running) thaw() error {
	defer p.frozen.Store(false)
	return p.cmd.Process.Signal(syscall.SIGCONT)
}
