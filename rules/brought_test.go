package rules

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pitcrew-app/pitcrew/config"
)

func problem(level config.Level, line int) config.Problem {
	return config.Problem{File: ConfigName, Line: line, Column: 3, Path: "merge.x", Message: fmt.Sprintf("wrong %d", line), Hint: "write it right", Level: level}
}

// TestReportsOfFiles shows what people read on a pull request that brings a file of ours; testdata/report has one file for each.
func TestReportsOfFiles(t *testing.T) {
	warning, wrong := problem(config.Notice, 4), problem(config.Error, 2)
	for _, c := range []struct {
		name   string
		config string
		brings Brought
	}{
		{"brings-right", everythingOn, Brought{Blob: "b", Preview: &Preview{At: noon, Open: Compared{Read: 3, All: 3}}}},
		{"brings-warning", everythingOn, Brought{Blob: "b", Problems: []config.Problem{warning, problem(config.Hold, 9)}}},
		{"brings-broken", everythingOn, Brought{Blob: "b", Problems: []config.Problem{wrong, warning}}},
		{"brings-deleted", everythingOn, Brought{Preview: &Preview{At: noon, Open: Compared{Read: 3, All: 3, Differ: 3}}}},
		{"brings-mended", "mrge: {}", Brought{Blob: "b"}},
		{"brings-broken-again", "mrge: {}", Brought{Blob: "b", Problems: []config.Problem{wrong}}},
		{"brings-first", "", Brought{Blob: "b"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.brings.Name = ConfigName
			p := with(func(p *PR) { p.Brings = []Brought{c.brings} })
			s := snapshot(Config{}, p)
			if c.config != "" {
				s = snapshot(file(t, c.config), p)
			}
			check, write := Report(s, p, Decide(All, s), nil, "")
			if !write {
				t.Error("nothing is written")
			}
			text := check.Conclusion + ": " + check.Title + "\n"
			for _, a := range check.Annotations {
				text += fmt.Sprintf("%s:%d:%d %s: %s\n", a.Path, a.Line, a.Column, a.Level, a.Text)
			}
			golden(t, filepath.Join("testdata", "report", c.name+".md"), text+"\n"+check.Summary)
		})
	}
}

// Pull requests that bring no file keep the check run that they had; without a file on the base there is none.
func TestNoReportWithoutAFile(t *testing.T) {
	if _, write := Report(snapshot(Config{}, fit()), fit(), nil, nil, ""); write {
		t.Error("a check run where nobody asked for one")
	}
}

// A check run is patched as long as its annotations are the same; with others a new one is made, because they cannot be taken back.
func TestReportOverAnnotations(t *testing.T) {
	report := func(there string, problems ...config.Problem) ReportCheck {
		p := with(func(p *PR) {
			p.Brings = []Brought{{Name: ConfigName, Blob: "b", Problems: problems}}
			p.Checks = append(p.Checks, Check{ID: 5, Name: CheckName, App: us.ID, Result: "NEUTRAL", State: CheckPassed, External: there})
		})
		s := snapshot(file(t, everythingOn), p)
		check, _ := Report(s, p, Decide(All, s), nil, "")
		return check
	}
	first := report("", problem(config.Error, 1))
	_, lines, _ := strings.Cut(first.Digest, ".")
	for _, c := range []struct {
		name     string
		got      ReportCheck
		existing int64
		lines    int
	}{
		{"none before", first, 0, 1},
		{"the same", report("other-text."+lines, problem(config.Error, 1)), 5, 0},
		{"others", report("other-text."+lines, problem(config.Error, 2)), 0, 1},
		{"none any more", report("other-text." + lines), 0, 0},
		{"none ever", report("other-text"), 5, 0},
	} {
		if c.got.Existing != c.existing || len(c.got.Annotations) != c.lines {
			t.Errorf("%s: over %d with %d annotations, want over %d with %d", c.name, c.got.Existing, len(c.got.Annotations), c.existing, c.lines)
		}
	}
}

// What is said on lines is bounded, and only about the pull request's own files.
func TestAnnotationsAreBounded(t *testing.T) {
	b := Brought{Name: ConfigName, Blob: "b"}
	for n := range MaxAnnotations + 50 {
		b.Problems = append(b.Problems, problem(config.Error, n+1))
	}
	elsewhere := problem(config.Notice, 1)
	elsewhere.File = OrgConfigName
	p := with(func(p *PR) { p.Brings = []Brought{{Name: ConfigName, Problems: []config.Problem{elsewhere}}, b} })
	all := p.annotations()
	if len(all) != MaxAnnotations || all[0].Path != ConfigName {
		t.Errorf("%d annotations, the first of %s", len(all), all[0].Path)
	}
	s := snapshot(file(t, everythingOn), p)
	if check, _ := Report(s, p, Decide(All, s), nil, ""); !strings.Contains(check.Summary, "- and 120 more\n") {
		t.Error("the summary does not say how many more there are")
	}
}

// The files govern from where they stand: the organisation's from the default branch of its own repository.
func TestConfigures(t *testing.T) {
	for _, c := range []struct {
		repo, base, path string
		want             int
	}{
		{"api", "main", ConfigName, 1}, {"api", "release", ConfigName, 1}, {"api", "main", "docs/" + ConfigName, 0},
		{"api", "main", OrgConfigName, 0}, {".github", "main", OrgConfigName, 1}, {".github", "next", OrgConfigName, 0},
	} {
		p := with(func(p *PR) { p.BaseRef, p.Files = c.base, []File{{Path: c.path}} })
		if got := p.Configures(Repo{Name: c.repo, DefaultBranch: "main"}); len(got) != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}
