package kill

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
)

// ping is a webhook of somebody whom nobody knows yet: to take it people.db is written to, and then log.db. It makes nothing due.
func (h *hub) ping(n int) hook {
	body := fmt.Appendf(nil, `{"zen": "Practicality beats purity.", "hook_id": 1, "sender": {"id": %d, "login": "stranger%d", "type": "User"}}`, 1_000_000+n, n)
	mac := hmac.New(sha256.New, []byte(h.sim.Credentials().WebhookSecret))
	mac.Write(body)
	header := http.Header{}
	header.Set("Content-Type", "application/json")
	header.Set("X-GitHub-Event", "ping")
	header.Set("X-Hub-Signature-256", "sha256="+hex.EncodeToString(mac.Sum(nil)))
	return hook{-1, header, body}
}

// TestDiskFails lets the nth write, and the nth sync, of one delivery fail, for each n that there is: the hook answers 503 and
// never 2xx, and the next delivery is taken.
func TestDiskFails(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	h := newHub(t, dir, 1)
	p := h.seats[0].up()
	h.idle()
	wal := []string{filepath.Join(dir, "log.db-wal"), filepath.Join(dir, "people.db-wal")}
	n, strays := 0, 0
	post := func() int { n++; return h.post(t.Context(), h.ping(n), fmt.Sprint("ping-", n)) }
	for _, f := range []struct {
		call, errno string
		least       int // of them in a delivery
	}{{"pwrite64", "EIO", 10}, {"pwrite64", "ENOSPC", 10}, {"fsync", "EIO", 1}, {"fsync", "ENOSPC", 1}} {
		site := 1
		for ; ; site++ {
			fault := failing(t, p, f.call, f.errno, fmt.Sprint(site), wal...)
			status := post()
			if hit := strings.Contains(fault.end(), "(INJECTED)"); !hit && status == http.StatusAccepted {
				break
			}
			if status != http.StatusServiceUnavailable {
				if strays++; strays > 3 { // it may have hit something else that the program wrote
					t.Fatalf("%s %d of a delivery ended with %s, and it was answered %d", f.call, site, f.errno, status)
				}
				site--
			}
			if status := post(); status != http.StatusAccepted {
				t.Fatalf("%s is over, and the hook answers %d\n%s", f.errno, status, p.said())
			}
		}
		t.Logf("%s: %d in a delivery", f.call, site-1)
		if site <= f.least {
			t.Errorf("a delivery has %d of %s, and had %d at least", site-1, f.call, f.least)
		}
	}
	// What was refused for a sync that failed is in the file all the same, and may be found there by the next process.
	fault := failing(t, p, "fsync", "EIO", "1+", wal[0])
	if status := h.post(t.Context(), h.ping(n), "twice"); status != http.StatusServiceUnavailable {
		t.Errorf("no sync, and it was answered %d", status)
	}
	fault.end()
	h.seats[0].kill()
	h.seats[0].up()
	if status := h.post(t.Context(), h.ping(n), "twice"); status != http.StatusAccepted {
		t.Errorf("sent again, it was answered %d", status)
	}
	h.seats[0].kill()
	h.judge(nil)
	sound(t, dir)
}

// idle waits until the program has nothing to do but what somebody will tell.
func (h *hub) idle() {
	h.t.Helper()
	log, err := eventlog.OpenReadOnly(h.where)
	if err != nil {
		h.t.Fatal(err)
	}
	defer log.Close()
	h.await("nothing to do", func() bool {
		b, err := log.Backlog(h.t.Context(), time.Now())
		if err != nil {
			h.t.Fatal(err)
		}
		return b.Due+b.Leased+b.Expired == 0 && b.Later > 0
	})
}

// await waits until something is so.
func (h *hub) await(what string, so func() bool) {
	h.t.Helper()
	tick, end := time.NewTicker(20*time.Millisecond), time.NewTimer(patience)
	defer tick.Stop()
	defer end.Stop()
	for !so() {
		select {
		case <-tick.C:
		case <-end.C:
			h.t.Fatalf("waited %s for %s\n%s", patience, what, h.explain())
		}
	}
}

// ready waits until the program answers that it is ready, or that it is not.
func (h *hub) ready(p *running, want bool) {
	h.t.Helper()
	h.await(fmt.Sprint("ready: ", want), func() bool {
		res, err := http.Get("http://" + p.ops + "/readyz")
		if err != nil {
			h.t.Fatal(err)
		}
		res.Body.Close()
		return (res.StatusCode == http.StatusOK) == want
	})
}

// more waits until clients got so many more answers of a kind.
func (h *hub) more(n int, accepted bool) {
	h.t.Helper()
	count := func() int {
		h.acks.mu.Lock()
		defer h.acks.mu.Unlock()
		if accepted {
			return len(h.acks.accepted)
		}
		return len(h.acks.refused)
	}
	enough := count() + n
	h.await("more answers", func() bool { return count() >= enough })
}

// TestDiskFailsForAWhile lets every write, every sync, and every change of length of all files fail for a while, under load.
// The program is not ready then, and goes on by itself when the disk does.
func TestDiskFailsForAWhile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	h := newHub(t, dir, 1)
	h.record()
	p := h.seats[0].up()
	ctx, quiet := context.WithCancel(t.Context())
	defer quiet()
	h.work(ctx, seeded(t))
	var files []string
	for _, name := range []string{"log.db", "people.db", "ledger.db"} {
		files = append(files, filepath.Join(dir, name), filepath.Join(dir, name+"-wal"))
	}
	for _, f := range []struct{ call, errno string }{
		{"pwrite64", "EIO"}, {"fsync", "EIO"}, {"pwrite64", "ENOSPC"}, {"pwrite64,fsync,ftruncate", "EIO"}, {"ftruncate", "EIO"}, {"fsync", "ENOSPC"},
	} {
		h.more(100, true)
		fault := failing(t, p, f.call, f.errno, "1+", files...)
		if f.call != "ftruncate" {
			h.ready(p, false)
			h.more(20, false)
		}
		fault.end()
		h.ready(p, true)
	}
	h.more(100, true)
	quiet()
	h.settle()
	if err := p.stop(); err != nil {
		t.Error(err)
	}
	h.judge(nil)
	sound(t, dir)
}

// TestDiskFull fills a small disk to its last byte under load, and makes room again.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=32m"); err != nil {
		lacks(t, "mount", err.Error())
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	ballast := filepath.Join(dir, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 29<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	h := newHub(t, dir, 1)
	h.record()
	p := h.seats[0].up()
	ctx, quiet := context.WithCancel(t.Context())
	defer quiet()
	h.work(ctx, seeded(t))
	h.ready(p, false)
	h.more(50, false)
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	h.ready(p, true)
	h.more(50, true)
	quiet()
	h.settle()
	if err := p.stop(); err != nil {
		t.Error(err)
	}
	h.judge(nil)
	sound(t, dir)
}
