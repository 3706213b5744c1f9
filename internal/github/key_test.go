package github

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"testing"
)

// A key file that is gone or half written changes nothing; when it is whole, all clients are made with it.
func TestKeyAgain(t *testing.T) {
	first := testKey(t)
	var file []byte
	var fails error
	c, err := New(Options{AppID: 1, Key: first, KeyAgain: func() ([]byte, error) { return file, fails }})
	if err != nil {
		t.Fatal(err)
	}
	made, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	next := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(made)})
	app, err := c.installation(0)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []struct {
		name string
		file []byte
		err  error
		key  []byte // that is used then
	}{
		{"gone", nil, errors.New("no such file"), first},
		{"half written", next[:len(next)/2], nil, first},
		{"the same", first, nil, first},
		{"another one", next, nil, next},
	} {
		file, fails = s.file, s.err
		was := app.client
		c.rekey()
		if !bytes.Equal(c.key, s.key) {
			t.Errorf("%s: another key is used", s.name)
		}
		if kept := app.client == was; kept != bytes.Equal(s.key, first) {
			t.Errorf("%s: the client was kept: %t", s.name, kept)
		}
	}
}
