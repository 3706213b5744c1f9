package cli

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestCheck shows what check says in each format; testdata/check has the files that it reads.
func TestCheck(t *testing.T) {
	for _, c := range []struct {
		name string
		args string
		code int
	}{
		{"right", "right.yml", 0},
		{"wrong", "wrong.yml", exitFailed},
		{"surprising", "surprising.yml", 0},
		{"organisation", "org/.platform.org.yml", exitFailed},
		{"json", "--format json wrong.yml", exitFailed},
		{"json-right", "--format json right.yml", 0},
		{"github", "--format github wrong.yml", exitFailed},
		{"github-right", "--format github right.yml", 0},
		{"sarif", "--format sarif wrong.yml", exitFailed},
		{"sarif-right", "--format sarif right.yml", 0},
		{"effective", "--effective right.yml", 0},
		{"effective-layers", "--effective --org org/right.yml --as acme/service-api right.yml", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			home, err := os.Getwd()
			if err != nil {
				t.Fatal(err)
			}
			t.Chdir("testdata/check")
			got := enter(t, time.Time{}, nil, append([]string{"check"}, strings.Fields(c.args)...)...)
			t.Chdir(home)
			if got.code != c.code || got.err != "" {
				t.Errorf("exit %d, want %d: %s", got.code, c.code, got.err)
			}
			golden(t, filepath.Join("check", c.name+".txt"), got.out)
			if strings.HasPrefix(c.args, "--format json") || strings.HasPrefix(c.args, "--format sarif") {
				if !json.Valid([]byte(got.out)) {
					t.Error("no JSON")
				}
			}
		})
	}
}

// A file that is wrong holds nothing, and its problems are no part of what holds.
func TestEffectiveOfAWrongFile(t *testing.T) {
	got := enter(t, time.Time{}, nil, "check", "--effective", "testdata/check/wrong.yml")
	if got.code != exitFailed || got.out != "" || !strings.Contains(got.err, "2 errors") {
		t.Errorf("exit %d, out %q, err %q", got.code, got.out, got.err)
	}
}

// With --repo GitHub is asked as well, as a person or as the App.
func TestCheckAsksGitHub(t *testing.T) {
	sim, env := live(t)
	cred := sim.Credentials()
	for _, how := range []map[string]string{
		{"GITHUB_TOKEN": cred.Tokens["bob"]},
		{"GITHUB_APP_INTEGRATION_ID": fmt.Sprint(cred.AppID), "GITHUB_APP_PRIVATE_KEY": cred.Key},
	} {
		maps.Copy(how, env)
		got := enter(t, time.Now(), how, "check", "--repo", "acme/api", "testdata/check/right.yml")
		if got.code != 0 || got.err != "" {
			t.Errorf("exit %d: %s", got.code, got.err)
		}
		golden(t, "check/asked.txt", got.out)
		if gone := enter(t, time.Now(), how, "check", "--repo", "acme/nowhere", "testdata/check/right.yml"); gone.code != exitUsage {
			t.Errorf("a repository that is not there: exit %d, %s", gone.code, gone.err)
		}
	}
}

// Standard input is a file called -.
func TestCheckStandardInput(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	stdin := os.Stdin
	os.Stdin = r
	defer func() { os.Stdin = stdin }()
	if _, err := w.WriteString("version: 1\nmerg: {}\n"); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	got := enter(t, time.Time{}, nil, "check", "-")
	if want := "-:2:1: error: unknown key \"merg\"; did you mean \"merge\"?\n-: 1 error\n"; got.code != exitFailed || got.out != want {
		t.Errorf("exit %d, %q, want %q", got.code, got.out, want)
	}
}

// TestCheckMistakes: a mistake on the command line is answered with a hint and exit code 2.
func TestCheckMistakes(t *testing.T) {
	var b strings.Builder
	for _, line := range []string{
		"check nothing-here.yml", "check testdata", "check --format xml testdata/check/right.yml", "check a b", "check --repo acme testdata/check/right.yml",
		"check --repo acme/api testdata/check/right.yml", "check --effective --org x.yml testdata/check/right.yml", "check --effective --org x.yml --as api testdata/check/right.yml",
	} {
		got := enter(t, time.Time{}, nil, strings.Fields(line)...)
		if got.code != exitUsage || got.out != "" {
			t.Errorf("pitcrew %s: exit %d, out %q, err %q", line, got.code, got.out, got.err)
		}
		b.WriteString("$ pitcrew " + line + "\n" + got.err)
	}
	golden(t, "check/mistakes.txt", b.String())
}
