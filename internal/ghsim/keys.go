package ghsim

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"fmt"
	"sync"
)

// nextKey is the key that our App gets beside its first one, in every Sim of the process.
var nextKey = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

// signed says whether one of the App's keys made a signature.
// https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/managing-private-keys-for-github-apps
func (a *app) signed(digest, signature []byte) bool {
	keys := []*rsa.PrivateKey{a.key, a.older}
	for _, key := range keys {
		if key != nil && rsa.VerifyPKCS1v15(&key.PublicKey, crypto.SHA256, digest, signature) == nil {
			return true
		}
	}
	return false
}

// execKey gives our App another key, which its Credentials then have, or deletes the one before.
func execKey(s *Sim, l *line) error {
	what, err := l.next("new or delete")
	if err != nil {
		return err
	}
	a := s.ours
	switch {
	case what == "new" && a.older == nil:
		key, err := nextKey()
		if err != nil {
			return fmt.Errorf("make the App's next key: %w", err)
		}
		if key.Equal(a.key) {
			return errors.New("the App has had both keys already")
		}
		a.older, a.key = a.key, key
	case what == "delete" && a.older != nil:
		a.older = nil
	default:
		return errors.New("write key new, and then key delete")
	}
	return l.end()
}

// execSecret changes the secret of our App's webhooks, as its owner does on its page.
func execSecret(s *Sim, l *line) error {
	secret, err := l.next("a secret")
	if err != nil {
		return err
	}
	s.ours.secret = secret
	return l.end()
}
