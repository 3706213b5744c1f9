package config_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"

	"github.com/pitcrew-app/pitcrew/config"
)

func TestWindowsLineEndsAndByteOrderMarks(t *testing.T) {
	want := readAll(example(t))
	for _, text := range []string{strings.ReplaceAll(example(t), "\n", "\r\n"), "\ufeff" + example(t)} {
		if diff := cmp.Diff(want, readAll(text)); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	}
	crlf := strings.ReplaceAll("version: 1\nmerge:\n  never: {label: [@a, hold]}\n  title: {title}\n", "\n", "\r\n")
	var got []string
	for _, p := range readAll(crlf) {
		got = append(got, p.String())
	}
	if text := strings.Join(got, "\n"); !strings.Contains(text, `3:19: `) || !strings.Contains(text, `write "@a"`) || !strings.Contains(text, `write "{title}"`) {
		t.Errorf("%s", text)
	}
}

func FuzzRead(f *testing.F) {
	files, _ := filepath.Glob("testdata/bad/*.yml")
	for _, name := range append(files, "platform.example.yml") {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		problems := readAll(string(text))
		for _, p := range problems {
			if p.Line < 1 || p.Column < 1 || p.Message == "" {
				t.Errorf("%+v", p)
			}
		}
		if !slices.IsSortedFunc(problems, func(a, b config.Problem) int { return a.Line - b.Line }) {
			t.Error("problems are not in order")
		}
		var bare yaml.Node
		if len(problems) == 0 && yaml.Unmarshal(text, &bare) != nil {
			t.Error("accepted what is no YAML")
		}
	})
}
