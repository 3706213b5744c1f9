package server_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/rules"
)

// The page is needed most where nothing else answers.
func TestHealthWithoutLog(t *testing.T) {
	h := newHouse(t)
	if err := h.log.Close(); err != nil {
		t.Fatal(err)
	}
	w := h.get("/health")
	for _, want := range []string{"The log cannot be written", "our trouble, not GitHub&#39;s", "pitcrew doctor looks at each part"} {
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), want) {
			t.Errorf("status %d, and without %q:\n%s", w.Code, want, w.Body)
		}
	}
}

func TestHealthSaysThatPagesAreLate(t *testing.T) {
	h := newHouse(t)
	h.github(10*time.Minute, 1, 5, "pull_request.opened", `{"state":"open","base":"main"}`)
	if body := h.get("/health").Body.String(); !strings.Contains(body, "Pages and reports show what was 10 min ago") {
		t.Errorf("not caught up for ten minutes:\n%s", body)
	}
	h.catchUp()
	if body := h.get("/health").Body.String(); !strings.Contains(body, "Pages and reports know all that the log knows") || !strings.Contains(body, "The newest came 10 min ago") {
		t.Errorf("caught up:\n%s", body)
	}
}

// What happens elsewhere does not show in the page of a pull request or a repository, not even in how events are numbered.
func TestPagesDoNotTellHowBusyOthersAre(t *testing.T) {
	anchors := regexp.MustCompile(`(event|merge)-[0-9a-f]{10}`)
	drawn := func(elsewhere int) (pages []string) {
		h := newHouse(t)
		h.repo(1, "acme", "api")
		for range elsewhere {
			h.add(eventlog.Append{Events: []eventlog.Event{{Source: "pitcrew", Kind: "noted", Installation: 9, Repository: 99, Subject: rules.PRSubject(99, 1), At: pagesNow}}, Received: pagesNow})
		}
		h.github(time.Hour, 1, 5, "pull_request.opened", `{"state":"open","base":"main"}`)
		h.decided(time.Hour, 1, 5, head1, answer("merge", why(rules.CodeNever, rules.Stopped, "key", "label", "value", "wip")))
		h.catchUp()
		for _, path := range []string{"/health", "/pulls/acme/api/5", "/repositories/acme/api"} {
			body := h.get(path).Body.String()
			if path == "/pulls/acme/api/5" && !anchors.MatchString(body) {
				t.Errorf("no event has an address:\n%s", body)
			}
			pages = append(pages, anchors.ReplaceAllString(body, "$1"))
		}
		return pages
	}
	if diff := cmp.Diff(drawn(0), drawn(1234)); diff != "" {
		t.Errorf("without and with 1,234 events elsewhere:\n%s", diff)
	}
}
