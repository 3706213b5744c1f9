package github

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

func TestCauses(t *testing.T) {
	limited := http.Header{"Retry-After": {"60"}}
	for _, c := range []struct {
		name string
		r    reply
		err  error
		want Cause
	}{
		{"good", reply{Status: 200}, nil, ""},
		{"not there", reply{Status: 404}, nil, ""},
		{"refused", reply{Status: 409}, nil, ""},
		{"down", reply{Status: 502}, nil, CauseServer},
		{"limit", reply{Status: 403, Header: limited}, nil, CauseLimit},
		{"too many", reply{Status: 429}, nil, CauseLimit},
		{"may not", reply{Status: 403}, nil, CausePermission},
		{"key", reply{Status: 401}, nil, CauseKey},
		{"nobody waits", reply{}, fmt.Errorf("get: %w", context.Canceled), ""},
		{"too long", reply{}, fmt.Errorf("get: %w", context.DeadlineExceeded), CauseTimeout},
		{"no name", reply{}, &net.OpError{Op: "dial", Err: &net.DNSError{Name: "api.github.com", IsTimeout: true}}, CauseName},
		{"no connection", reply{}, &net.OpError{Op: "dial", Err: errors.New("connection refused")}, CauseNetwork},
		{"authority", reply{}, &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}, CauseCertificate},
		{"no TLS", reply{}, fmt.Errorf("get: %w", tls.RecordHeaderError{}), CauseCertificate},
	} {
		if got := causeOf(c.r, c.err); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// What the standard library says of a real server is told apart too.
func TestCausesOfRealErrors(t *testing.T) {
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	defer secure.Close()
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	for url, want := range map[string]Cause{secure.URL: CauseCertificate, gone.URL: CauseNetwork} {
		resp, err := (&http.Client{Transport: &http.Transport{}}).Get(url)
		if err == nil {
			resp.Body.Close()
		}
		if got := causeOf(reply{}, err); got != want {
			t.Errorf("%v: %q, want %q", err, got, want)
		}
	}
}

func TestVitalsCountLately(t *testing.T) {
	var p pulse
	at := func(m int) time.Time { return time.Date(2026, 3, 2, 9, m, 30, 0, time.UTC) }
	for m := range 20 {
		p.note(at(m), reply{Status: 200}, nil)
	}
	p.note(at(16), reply{Status: 502}, nil) // late to tell
	p.note(at(18), reply{Status: 401}, nil)
	p.note(at(19), reply{Status: 401}, nil)
	v := p.vitals(at(19))
	if v.Asked != 18 || v.Failed[CauseServer] != 1 || v.Failed[CauseKey] != 2 || v.Refused != at(18) {
		t.Errorf("%+v", v)
	}
	p.note(at(20), reply{Status: 200}, nil)
	if v := p.vitals(at(31)); v.Asked != 6 || v.Failed[CauseServer] != 0 || v.Failed[CauseKey] != 2 || !v.Refused.IsZero() {
		t.Errorf("later: %+v", v)
	}
}
