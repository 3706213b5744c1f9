package kill

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// tracer is a strace that is attached to a process: it sees what the process asks of the system, and may let it fail.
type tracer struct {
	t    *testing.T
	cmd  *exec.Cmd
	file string
}

// trace attaches strace with further arguments. Where there is none, or where it may not attach, the test is skipped;
// PITCREW_REQUIRE=strace makes that a failure.
func trace(t *testing.T, p *running, args ...string) *tracer {
	t.Helper()
	file := filepath.Join(t.TempDir(), "trace")
	args = append([]string{"-f", "--signal=none", "-o", file, "-p", fmt.Sprint(p.cmd.Process.Pid)}, args...)
	cmd := exec.Command("strace", args...)
	lines, err := cmd.StderrPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		lacks(t, "strace", err.Error())
	}
	said := ""
	for scan := bufio.NewScanner(lines); scan.Scan(); {
		said = scan.Text()
		if strings.Contains(said, " attached") {
			go func() {
				for scan.Scan() { // it tells of every thread that begins
				}
			}()
			return &tracer{t, cmd, file}
		}
	}
	cmd.Wait() //nolint:errcheck // said tells why
	lacks(t, "strace", said)
	return nil
}

// lacks skips a test for which something is missing.
func lacks(t *testing.T, what, why string) {
	t.Helper()
	if strings.Contains(os.Getenv("PITCREW_REQUIRE"), what) {
		t.Fatalf("%s is required: %s", what, why)
	}
	t.Skipf("%s is needed, and does not work here: %s; PITCREW_REQUIRE=%s makes this a failure", what, why, what)
}

// end detaches, and returns what was seen.
func (c *tracer) end() string {
	c.t.Helper()
	if err := c.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		c.t.Error(err)
	}
	c.cmd.Wait() //nolint:errcheck // it ends by the signal
	seen, err := os.ReadFile(c.file)
	if err != nil {
		c.t.Error(err)
	}
	return string(seen)
}

// failing makes a system call on some files fail. when is which of them, as in strace(1): 3 is the third of a thread, 1+ is all.
func failing(t *testing.T, p *running, call, errno, when string, files ...string) *tracer {
	t.Helper()
	args := []string{"-e", "trace=" + call, "-e", fmt.Sprintf("inject=%s:error=%s:when=%s", call, errno, when)}
	for _, f := range files {
		args = append(args, "-P", f)
	}
	return trace(t, p, args...)
}
