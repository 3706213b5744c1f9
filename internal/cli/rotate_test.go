package cli

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rs/zerolog"
)

// A key in a file is read again when GitHub refuses it; one in a variable cannot change.
func TestKeyIsReadAgain(t *testing.T) {
	c := newClinic(t)
	first := c.env["GITHUB_APP_PRIVATE_KEY"]
	file := filepath.Join(c.dir, "app.pem")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(first)
	s, err := readSettings(func(name string) string { return c.env[name] })
	if err != nil {
		t.Fatal(err)
	}
	if s.setup(zerolog.Nop(), false).KeyAgain != nil {
		t.Error("a variable is read again")
	}
	unset(c.env, "GITHUB_APP_PRIVATE_KEY")
	c.env["GITHUB_APP_PRIVATE_KEY_FILE"] = file
	if s, err = readSettings(func(name string) string { return c.env[name] }); err != nil {
		t.Fatal(err)
	}
	next := otherKey(t)
	write(next)
	if got, err := s.setup(zerolog.Nop(), false).KeyAgain(); err != nil || string(got) != next {
		t.Errorf("read again: %v", err)
	}
}
