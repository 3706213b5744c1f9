package ghsim

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// openDoor serves a lab through a door, on the wall clock: certificates are judged by it.
func openDoor(t *testing.T) (*Sim, *Door) {
	t.Helper()
	s, err := New(Options{Dir: t.TempDir(), NoGit: *noGit, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.SetURL("http://" + listener.Addr().String())
	if err := s.Load([]byte("repos: {acme/api: {}, acme/b: {}}\n"), nil); err != nil {
		t.Fatal(err)
	}
	door, err := s.Open(listener)
	if err != nil {
		t.Fatal(err)
	}
	srv := &http.Server{Handler: door.Handler(), ReadHeaderTimeout: 5 * time.Second, ErrorLog: log.New(io.Discard, "", 0)}
	done := make(chan error, 1)
	go func() { done <- srv.Serve(door) }()
	t.Cleanup(func() {
		srv.Close() //nolint:errcheck // the test is over
		if err := <-done; err != http.ErrServerClosed {
			t.Error(err)
		}
	})
	return s, door
}

// client trusts the door's authority, and takes the door for its proxy if asked to.
func (d *Door) client(t *testing.T, proxy bool) *http.Client {
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(d.CA()) {
		t.Fatal("the authority's file has no certificate")
	}
	tr := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, Proxy: nil}
	if proxy {
		tr.Proxy = http.ProxyURL(&url.URL{Scheme: "http", Host: d.Addr().String()})
	}
	t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr}
}

func TestDoor(t *testing.T) {
	s, door := openDoor(t)
	token := s.Credentials().Tokens["ana"]
	port := door.Addr().String()
	for name, tt := range map[string]struct {
		proxy   bool
		at, api string
	}{
		"HTTP":              {false, "http://" + port, ""},
		"HTTPS":             {false, "https://" + port, ""},
		"HTTPS by a name":   {true, "https://github.example", "/api/v3"},
		"HTTP by a proxy":   {true, "http://plain.example", ""},
		"HTTPS with a port": {true, "https://ghe.example:8443", "/api/v3"},
	} {
		t.Run(name, func(t *testing.T) {
			req, err := http.NewRequest("GET", tt.at+tt.api+"/orgs/acme/repos?per_page=1&sort=full_name", nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Authorization", "token "+token)
			res, err := door.client(t, tt.proxy).Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			b, err := io.ReadAll(res.Body)
			if err != nil {
				t.Fatal(err)
			}
			var list []struct {
				HTMLURL string `json:"html_url"`
			}
			if err := json.Unmarshal(b, &list); err != nil {
				t.Fatalf("%s: %s", err, b)
			}
			if list[0].HTMLURL != tt.at+"/acme/api" {
				t.Errorf("html_url %s, want it under %s", list[0].HTMLURL, tt.at)
			}
			if link := res.Header.Get("Link"); !strings.HasPrefix(link, "<"+tt.at+tt.api+"/") {
				t.Errorf("Link %s, want it under %s", link, tt.at+tt.api)
			}
		})
	}
}

// Nobody else's authority vouches for the door, and the door's for nobody who does not trust it.
func TestDoorIsNotTrustedByDefault(t *testing.T) {
	_, door := openDoor(t)
	c := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: x509.NewCertPool()}}}
	if res, err := c.Get("https://" + door.Addr().String() + "/meta"); err == nil {
		res.Body.Close()
		t.Error("a client without the authority's certificate was content")
	}
}
