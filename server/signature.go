package server

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
)

// minSecret is the shortest webhook secret that is accepted, in bytes: as long as what SHA-256 gives.
const minSecret = 32

// CheckSecret says what is wrong with a webhook secret. go-githubapp, given an empty one, accepts everything; so the
// length is demanded at the start of the program, and again at each delivery.
func CheckSecret(secret []byte) error {
	if len(secret) < minSecret {
		return fmt.Errorf("the webhook secret has %d bytes, at least %d are needed; `openssl rand -hex 32` makes one", len(secret), minSecret)
	}
	return nil
}

// signatureOf is what X-Hub-Signature-256 says; nil if it is absent, there twice, or malformed
// (https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries).
func signatureOf(r *http.Request) []byte {
	values := r.Header.Values("X-Hub-Signature-256")
	if len(values) != 1 {
		return nil
	}
	digits, ok := strings.CutPrefix(values[0], "sha256=")
	sum, err := hex.DecodeString(digits)
	if !ok || err != nil {
		return nil
	}
	return sum
}

// signed says whether one of the secrets made the signature of payload. All are tried, in constant time each.
func signed(payload, signature []byte, secrets [][]byte) bool {
	ok := false
	for _, secret := range secrets {
		if CheckSecret(secret) != nil {
			continue
		}
		mac := hmac.New(sha256.New, secret)
		mac.Write(payload)
		ok = hmac.Equal(mac.Sum(nil), signature) || ok
	}
	return ok
}
