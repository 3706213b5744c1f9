package github

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// After a query that is too heavy less is asked for, each installation for itself, and after some answers more again.
func TestPortions(t *testing.T) {
	var a appetite
	for range 20 {
		a.note(1, true)
	}
	if got := a.portion(1); got != portions[len(portions)-1] {
		t.Errorf("after many failures %v", got)
	}
	if got := a.portion(2); got != portions[0] {
		t.Errorf("another installation is asked for %v", got)
	}
	for i := len(portions) - 1; i > 0; i-- {
		for range growAfter - 1 {
			a.note(1, false)
		}
		if got := a.portion(1); got != portions[i] {
			t.Errorf("after a few answers already %v", got)
		}
		a.note(1, false)
		if got := a.portion(1); got != portions[i-1] {
			t.Errorf("after %d answers %v, want %v", growAfter, got, portions[i-1])
		}
	}
}

func TestWhatIsTooHeavy(t *testing.T) {
	for _, c := range []struct {
		err  error
		want bool
	}{
		{&FailedError{Status: 502}, true},
		{fmt.Errorf("sweep: %w", &FailedError{Status: 504}), true},
		{&FailedError{Status: 200, Type: "RESOURCE_LIMITS_EXCEEDED"}, true},
		{&FailedError{Status: 200, Message: "Something went wrong while executing your query. This may be the result of a timeout"}, true},
		{&url.Error{Op: "Post", Err: slow{}}, true},
		{&FailedError{Status: 200, Type: "INSUFFICIENT_SCOPES"}, false},
		{&FailedError{Status: 422}, false},
		{&LimitedError{}, false},
		{&PermissionError{}, false},
		{ErrGone, false},
		{errors.New("a mistake of ours"), false},
		{nil, false},
	} {
		if got := tooHeavy(c.err); got != c.want {
			t.Errorf("%v: %t", c.err, got)
		}
	}
}

type slow struct{}

func (slow) Error() string   { return "no answer in time" }
func (slow) Timeout() bool   { return true }
func (slow) Temporary() bool { return true }

// reader is a Client whose GitHub answers what a test says.
func reader(t *testing.T, h http.HandlerFunc) *Client {
	t.Helper()
	web := httptest.NewServer(h)
	t.Cleanup(web.Close)
	c, err := New(Options{V3URL: web.URL, V4URL: web.URL + "/graphql", Token: "somebody's"})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// A query that is too heavy after others were answered is asked anew at once, for less; the first one is not.
func TestHeavyQueryInTheMiddle(t *testing.T) {
	for _, c := range []struct{ bad, requests, taken int }{{1, 1, 0}, {2, 5, 120}, {0, 3, 120}} {
		n := 0
		client := reader(t, func(w http.ResponseWriter, _ *http.Request) {
			if n++; n == c.bad {
				w.WriteHeader(http.StatusBadGateway)
				return
			}
			var data []string
			for i := range 50 {
				data = append(data, fmt.Sprintf(`"r%d":{"x":1}`, i))
			}
			fmt.Fprintf(w, `{"data":{%s}}`, strings.Join(data, ","))
		})
		taken := 0
		err := client.each(t.Context(), 0, make([]RepoRef, 120), "x", func(RepoRef, json.RawMessage) error { taken++; return nil })
		if (err != nil) != (c.bad == 1) || n != c.requests || taken != c.taken {
			t.Errorf("query %d fails: %d requests, %d taken, error %v", c.bad, n, taken, err)
		}
	}
}

// A list of repositories that changes while it is read may lack one, and is not taken for the whole.
func TestRepositoriesThatChange(t *testing.T) {
	page := func(total, first, n int) string {
		var repos []string
		for i := range n {
			repos = append(repos, fmt.Sprintf(`{"id":%d,"name":"r","owner":{"login":"acme"}}`, first+i))
		}
		return fmt.Sprintf(`{"total_count":%d,"repositories":[%s]}`, total, strings.Join(repos, ","))
	}
	for _, c := range []struct {
		name          string
		first, second string
		ok            bool
	}{
		{"the same all the time", page(150, 1, 100), page(150, 101, 50), true},
		{"one was removed, and another one moved up unseen", page(150, 1, 100), page(149, 102, 49), false},
		{"fewer than there are", page(150, 1, 100), page(150, 101, 49), false},
	} {
		client := reader(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Query().Get("page") == "2" {
				fmt.Fprint(w, c.second)
				return
			}
			w.Header().Set("Link", fmt.Sprintf(`<http://%s/installation/repositories?per_page=100&page=2>; rel="next"`, r.Host))
			fmt.Fprint(w, c.first)
		})
		if repos, err := client.Repositories(t.Context(), 0); (err == nil) != c.ok || c.ok && len(repos) != 150 {
			t.Errorf("%s: %d repositories, error %v", c.name, len(repos), err)
		}
	}
}
