package github

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"net/url"
	"sync"
	"testing"
)

var newKey = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

func testKey(t *testing.T) []byte {
	t.Helper()
	key, err := newKey()
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})
}

func TestKeys(t *testing.T) {
	key, err := newKey()
	if err != nil {
		t.Fatal(err)
	}
	text, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for name, pemKey := range map[string][]byte{"PKCS1": testKey(t), "PKCS8": pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: text})} {
		if _, err := appToken(pemKey, 1, noon); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := New(Options{AppID: 1, Key: pemKey}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := New(Options{AppID: 1, Key: []byte("no key")}); err == nil {
		t.Error("a key that is none is taken")
	}
}

// A redirect is followed only as the same request to the same host: the token goes along, and a write must stay one.
func TestRedirects(t *testing.T) {
	request := func(method, address string) *http.Request {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		return &http.Request{Method: method, URL: u}
	}
	for _, tt := range []struct {
		name     string
		from, to *http.Request
		want     error
	}{
		{"a read", request("GET", "https://a/x"), request("GET", "https://a/y"), nil},
		{"a write by 307", request("PUT", "https://a/x"), request("PUT", "https://a/y"), nil},
		{"a write by 301", request("PUT", "https://a/x"), request("GET", "https://a/y"), http.ErrUseLastResponse},
		{"another host", request("GET", "https://a/x"), request("GET", "https://b/x"), http.ErrUseLastResponse},
	} {
		if got := follow(tt.to, []*http.Request{tt.from}); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}
