package config_test

import (
	"os"
	"strings"
	"testing"

	"github.com/pitcrew-app/pitcrew/config"
)

func example(t testing.TB) string {
	t.Helper()
	text, err := os.ReadFile("platform.example.yml")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestExampleIsRight(t *testing.T) {
	var got []string
	for _, p := range readAll(example(t)) {
		got = append(got, p.String())
	}
	golden(t, "testdata/example.txt", strings.Join(got, "\n")+"\n")
	if strings.Contains(strings.Join(got, "\n"), "unknown key") {
		t.Error("the example has a key that nothing knows")
	}
	for _, p := range readAll(example(t)) {
		if p.Level == config.Error {
			t.Errorf("%v", p)
		}
	}
}

// keyAt is a key of the example with its place.
type keyAt struct {
	word        string
	line, index int
}

// exampleKeys finds every key of the example, also those that stand within brackets.
func exampleKeys(t testing.TB) []keyAt {
	var keys []keyAt
	for i, line := range strings.Split(example(t), "\n") {
		code, _, _ := strings.Cut(line, " #")
		if strings.HasPrefix(line, "#") {
			continue
		}
		for at := 0; ; {
			colon := strings.Index(code[at:], ":")
			if colon < 0 {
				break
			}
			end := at + colon
			at = end + 1
			start := strings.LastIndexAny(code[:end], " {,\"") + 1
			word := code[start:end]
			quoted := strings.Count(code[:end], `"`)%2 == 1
			if word == "" || quoted || end+1 < len(code) && code[end+1] != ' ' || strings.Trim(word, "abcdefghijklmnopqrstuvwxyz-") != "" {
				continue
			}
			if word != "docs" { // a label of the maintainers' own
				keys = append(keys, keyAt{word, i, start})
			}
		}
	}
	return keys
}

// typos are what fingers make of a word.
func typos(word string) []string {
	out := []string{strings.ToUpper(word), strings.ReplaceAll(word, "-", "_")}
	for i := range word {
		out = append(out, word[:i]+"q"+word[i+1:], word[:i]+word[i:i+1]+word[i:])
		if len(word) > 3 {
			out = append(out, word[:i]+word[i+1:])
		}
		if i+1 < len(word) {
			out = append(out, word[:i]+word[i+1:i+2]+word[i:i+1]+word[i+2:])
		}
	}
	return out
}

func TestATypoInAnyKeyOfTheExampleGetsTheRightKey(t *testing.T) {
	lines := strings.Split(example(t), "\n")
	keys := exampleKeys(t)
	if len(keys) < 50 {
		t.Fatalf("found %d keys in the example; the test looks wrongly", len(keys))
	}
	for _, k := range keys {
		for _, typo := range typos(k.word) {
			if typo == k.word {
				continue
			}
			broken := append([]string(nil), lines...)
			broken[k.line] = lines[k.line][:k.index] + typo + lines[k.line][k.index+len(k.word):]
			if !suggested(readAll(strings.Join(broken, "\n")), k, typo) {
				t.Errorf("line %d: %q for %q is not answered with the right key", k.line+1, typo, k.word)
			}
		}
	}
}

func suggested(problems []config.Problem, k keyAt, typo string) bool {
	for _, p := range problems {
		if p.Level == config.Error && p.Line == k.line+1 && p.Column == k.index+1 &&
			strings.Contains(p.Message, `unknown key "`+typo+`"`) && p.Hint == `did you mean "`+k.word+`"?` {
			return true
		}
	}
	return false
}
