package ghsim

import "testing"

// Braces within quotes are text; others hold YAML, wherever they stand.
func TestBracesOfALine(t *testing.T) {
	for text, want := range map[string]string{
		`file main .platform.yml "title: \"{title} (#{number})\"" in acme/lib`: "",
		`file main .platform.yml {merge: {title: "{title}"}} in acme/lib`:      `{merge: {title: "{title}"}}`,
		`release v1.0.0 {package.json: '{ "name": "x" }'} draft`:               `{package.json: '{ "name": "x" }'}`,
		`edit 7 {title: "a } b"} by bob`:                                       `{title: "a } b"}`,
		`label 7 +x`:                                                           "",
	} {
		l, err := parseLine(text)
		if err != nil || l.yaml != want {
			t.Errorf("%s: %q, %v", text, l.yaml, err)
		}
	}
	l, _ := parseLine(`file main .platform.yml "{title}" in acme/lib`)
	if len(l.words) != 3 || l.words[2] != "{title}" || l.named["in"] != "acme/lib" {
		t.Errorf("%q, %q", l.words, l.named)
	}
}
