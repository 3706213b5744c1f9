package server_test

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/pitcrew-app/pitcrew/rules"
)

// stream opens news and gives their lines.
func stream(t *testing.T, h *house, path string, last string) (lines func(prefix string) string) {
	t.Helper()
	site := httptest.NewServer(h.pages.Handler())
	t.Cleanup(site.Close)
	ctx, stop := context.WithTimeout(context.Background(), 20*time.Second)
	t.Cleanup(stop)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, site.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if last != "" {
		req.Header.Set("Last-Event-ID", last)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { res.Body.Close() })
	if got := res.Header.Get("Content-Type"); got != "text/event-stream" {
		t.Fatalf("content type %q", got)
	}
	scanner := bufio.NewScanner(res.Body)
	return func(prefix string) string {
		for scanner.Scan() {
			if strings.HasPrefix(scanner.Text(), prefix) {
				return scanner.Text()
			}
		}
		t.Fatalf("no %q came: %v", prefix, scanner.Err())
		return ""
	}
}

// TestLive: an act comes as a row as soon as it is folded, in one line, and only what is new.
func TestLive(t *testing.T) {
	h := busy(t)
	seq, err := h.ledger.Seq(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	lines := stream(t, h, fmt.Sprintf("/events?after=%d", seq), "")
	lines(": pitcrew")
	h.act(0, rules.PRSubject(1, 44), rules.KindReport, "quiet", `{}`) // check runs are no news
	h.act(0, rules.PRSubject(1, 43), rules.KindMerge, head1, `{"head":"x"}`)
	h.catchUp()
	data := lines("data:")
	if !strings.Contains(data, `Merged <a href="/pulls/acme/api/43">`) && !strings.Contains(data, `merged <a href="/pulls/acme/api/43">`) {
		t.Errorf("row is %s", data)
	}
}

// TestLiveAgain: who comes back gets what it missed.
func TestLiveAgain(t *testing.T) {
	h := busy(t)
	lines := stream(t, h, "/events?after=1", "100")
	var id int
	if _, err := fmt.Sscanf(lines("id:"), "id: %d", &id); err != nil || id <= 100 {
		t.Errorf("news begin again at %d (%v)", id, err)
	}
	if data := lines("data:"); !strings.Contains(data, "<li") {
		t.Errorf("row is %s", data)
	}
}

// TestLiveSubject: the page of a pull request learns that something happened to it, and nothing of others.
func TestLiveSubject(t *testing.T) {
	h := busy(t)
	lines := stream(t, h, "/events?subject="+string(rules.PRSubject(1, 41)), "")
	lines(": pitcrew")
	h.github(0, 1, 42, "pull_request.labeled", `{}`)
	h.github(0, 1, 41, "pull_request.labeled", `{}`)
	head, err := h.log.Head(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	h.catchUp()
	if id := lines("id:"); id != fmt.Sprintf("id: %d", head) {
		t.Errorf("%s, want %d", id, head)
	}
}
