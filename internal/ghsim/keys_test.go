package ghsim

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"testing"
)

func TestKeys(t *testing.T) {
	l := newLab(t, "")
	digest := sha256.Sum256([]byte("a token"))
	by := func(key *rsa.PrivateKey) []byte {
		t.Helper()
		signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, digest[:])
		if err != nil {
			t.Fatal(err)
		}
		return signature
	}
	a, first := l.s.ours, l.s.ours.key
	do := func(line string, well, takesFirst bool) {
		t.Helper()
		if err := l.s.Exec(line); (err == nil) != well {
			t.Errorf("%s: %v", line, err)
		}
		if got := a.signed(digest[:], by(first)); got != takesFirst {
			t.Errorf("after %s the first key is taken: %t", line, got)
		}
		if !a.signed(digest[:], by(a.key)) {
			t.Errorf("after %s the newest key is not taken", line)
		}
	}
	do("key delete", false, true)
	do("key new", true, true)
	do("key new", false, true)
	do("key delete", true, false)
	do("key new", false, false)
	do("key", false, false)
}
