package story

import (
	"context"
	"strings"
	"testing"

	"github.com/rs/zerolog"
)

// What a story arms for a request that never comes is an error with its line, or the story promises what it does not show.
func TestWhatNeverHappensIsAnError(t *testing.T) {
	for script, want := range map[string]string{
		"label 7 +x\nbefore merge: push 7 a2\n":                                    "a:8: before merge: push 7 a2: no such request came",
		"label 7 +x ; fail merge 502\nwait 1m\n":                                   "a:7: label 7 +x ; fail merge 502: no such request came",
		"fail POST /repos/{owner}/{repo}/merges 502\nwait\n":                       "a:7: ",
		"fail api 502\ncall GET /repos/acme/api by dan\n":                          "",
		"crash merge\nwait\n":                                                      "a:7: crash merge: no such request came",
		"before label: label 7 +x\nwait\n":                                         "a:7: before label",
		"fail GET /repos/{owner}/{repo} 502 x3\ncall GET /repos/acme/api by dan\n": "",
	} {
		s, err := Parse("a", []byte("A promise.\n\n-- github.yml --\npeople: {dan: admin}\nprs: {7: {head: a1}}\n-- script --\n"+script+"-- want --\n"))
		if err != nil {
			t.Fatal(err)
		}
		_, err = Run(context.Background(), s, Options{NoGit: true, Log: zerolog.Nop()})
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: got %v, want %q", script, err, want)
		}
	}
}
