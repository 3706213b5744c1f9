package kill

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// TestSyncedBeforeAnswered watches what the program asks of the system: between two answers of 2xx there is a sync of the log
// that has ended, without an error, before the answer is written.
func TestSyncedBeforeAnswered(t *testing.T) {
	t.Parallel()
	h := newHub(t, t.TempDir(), 1)
	h.sim.SetHook("") // two deliveries at a time may share a sync
	p := h.seats[0].up()
	h.idle()
	seen := trace(t, p, "-y", "-s", "16", "-e", "trace=fsync,fdatasync,write")
	const deliveries = 100
	for n := range deliveries {
		if status := h.post(t.Context(), h.ping(0), fmt.Sprint("ping-", n)); status != http.StatusAccepted {
			t.Fatalf("delivery %d was answered %d", n, status)
		}
	}
	answered, early := answers(seen.end())
	if answered != deliveries || early > 0 {
		t.Errorf("%d deliveries were answered, %d of them before the log was synced; want %d and none", answered, early, deliveries)
	}
}

// syncing is a line of strace's about a sync: the thread, whether it begins, the file, and how it ended.
var syncing = regexp.MustCompile(`^(\d+) +(?:f(?:data)?sync\(\d+<([^>]*)>|<\.\.\. f(?:data)?sync resumed>)(.*)$`)

// answers counts the answers of 2xx in what strace saw, and those before which the log was not synced since the one before.
func answers(seen string) (all, early int) {
	log := map[string]bool{} // by thread: what it syncs is the log
	synced := false
	for line := range strings.Lines(seen) {
		if m := syncing.FindStringSubmatch(strings.TrimSpace(line)); m != nil {
			if m[2] != "" {
				log[m[1]] = strings.HasSuffix(m[2], "/log.db-wal")
			}
			synced = synced || log[m[1]] && strings.HasSuffix(m[3], "= 0")
			continue
		}
		if strings.Contains(line, `"HTTP/1.1 202`) {
			all++
			if !synced {
				early++
			}
			synced = false
		}
	}
	return all, early
}
