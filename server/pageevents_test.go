package server_test

import (
	"bufio"
	"context"
	"html"
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
	lines := stream(t, h, liveOf(t, h, "/"), "")
	lines(": pitcrew")
	h.act(0, rules.PRSubject(1, 44), rules.KindReport, "quiet", `{}`) // check runs are no news
	h.act(0, rules.PRSubject(1, 43), rules.KindMerge, head1, `{"head":"x"}`)
	h.catchUp()
	data := lines("data:")
	if !strings.Contains(data, `Merged <a href="/pulls/acme/api/43">`) && !strings.Contains(data, `merged <a href="/pulls/acme/api/43">`) {
		t.Errorf("row is %s", data)
	}
}

// TestLiveAgain: who comes back gets what it missed, and who was away for too long is told to load the page again.
func TestLiveAgain(t *testing.T) {
	h := busy(t)
	last := strings.TrimPrefix(liveOf(t, h, "/"), "/events?after=")
	h.act(0, rules.PRSubject(1, 43), rules.KindMerge, head1, `{"head":"x"}`)
	h.act(0, rules.PRSubject(1, 42), rules.KindMerge, head1, `{"head":"y"}`)
	h.catchUp()
	lines := stream(t, h, "/events?after=nothing", last)
	for _, want := range []string{"/pulls/acme/api/43", "/pulls/acme/api/42"} {
		if data := lines("data:"); !strings.Contains(data, want) {
			t.Errorf("row is %s, want %s", data, want)
		}
	}
	lines = stream(t, h, "/events?after="+last, "act-of-long-ago")
	if event := lines("event:"); event != "event: changed" {
		t.Errorf("%s, want that the page is to be loaded again", event)
	}
}

// TestLiveSubject: the page of a pull request learns that something happened to it, and nothing of others.
func TestLiveSubject(t *testing.T) {
	h := busy(t)
	live := liveOf(t, h, "/pulls/acme/api/41")
	lines := stream(t, h, live, "")
	lines(": pitcrew")
	h.github(0, 1, 42, "pull_request.labeled", `{}`)
	h.catchUp()
	h.github(0, 1, 41, "pull_request.labeled", `{}`)
	h.catchUp()
	id := lines("id:")
	if now := liveOf(t, h, "/pulls/acme/api/41"); now == live || !strings.HasSuffix(now, strings.TrimPrefix(id, "id: ")) {
		t.Errorf("%s, and the page says %s", id, now)
	}
	if id := stream(t, h, live, "")("id:"); id == "" {
		t.Error("what happened between the page and its stream is lost")
	}
}

// liveOf is where a page gets its news from.
func liveOf(t *testing.T, h *house, path string) string {
	t.Helper()
	_, rest, _ := strings.Cut(h.get(path).Body.String(), `data-live="`)
	live, _, ok := strings.Cut(rest, `"`)
	if !ok {
		t.Fatalf("%s has no news", path)
	}
	return html.UnescapeString(live)
}
