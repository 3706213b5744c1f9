package config_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pitcrew-app/pitcrew/config"
	"github.com/pitcrew-app/pitcrew/rules"
)

var rewrite = flag.Bool("update", false, "rewrite the golden files")

func golden(t *testing.T, name, got string) {
	t.Helper()
	if *rewrite {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

// Each bad file has beside it everything that is said about it.
func TestBadFiles(t *testing.T) {
	files, err := filepath.Glob("testdata/bad/*.yml")
	if err != nil || len(files) < 60 {
		t.Fatalf("%d bad files, %v", len(files), err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".yml"), func(t *testing.T) {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			var got strings.Builder
			for _, p := range checkNamed(name, string(text)) {
				got.WriteString(p.Level.String() + " " + p.String() + "\n")
			}
			if got.Len() == 0 {
				t.Error("nothing is said about it")
			}
			golden(t, strings.TrimSuffix(name, ".yml")+".txt", got.String())
		})
	}
}

// Of good files nothing is said, but of what is not built yet.
func TestGoodFiles(t *testing.T) {
	files, err := filepath.Glob("testdata/good/*.yml")
	if err != nil || len(files) < 2 {
		t.Fatalf("%d good files, %v", len(files), err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range checkNamed(name, string(text)) {
			if !strings.Contains(p.Message, "not built yet") {
				t.Errorf("%s: %v", name, p)
			}
		}
	}
}

// readAll says everything about a .platform.yml, as the program does.
func readAll(text string) []config.Problem {
	problems, _ := config.Check(".platform.yml", []byte(text), rules.Forms)
	return problems
}

// checkNamed checks a file of testdata: those whose names begin with org- are an organisation's.
func checkNamed(name, text string) []config.Problem {
	if !strings.HasPrefix(filepath.Base(name), "org-") {
		return readAll(text)
	}
	problems, _ := config.CheckOrg(".platform.org.yml", []byte(text), rules.Forms)
	return problems
}
