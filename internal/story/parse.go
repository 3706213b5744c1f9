package story

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"
)

// Story is one file, read.
type Story struct {
	Path    string
	Promise string // the first paragraph
	GitHub  []byte // github.yml
	Files   map[string]map[string]string
	Options map[string]bool
	Script  []Line
	Want    string
	Decide  string

	archive *txtar.Archive
	lines   map[string]int // of the headings of its sections, counted from 1
}

// Line is one line of the script, with its number in the file.
type Line struct {
	Number int
	Text   string
}

// options are the words of -- options --.
var options = map[string]string{
	"observe": "serve --observe", "checks": "show check runs", "reads": "show reads", "end": "show how each pull request ended",
	"requested": "show who is asked for a review", "texts": "with checks: show what check runs say below their titles",
}

// defaultRepo is the repository that a story is about where github.yml names none.
const defaultRepo = "acme/api"

// Read reads the story in a file.
func Read(path string) (*Story, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return Parse(path, text)
}

// Parse reads a story. Its errors begin with the path, and the line where there is one.
func Parse(path string, text []byte) (*Story, error) {
	a := txtar.Parse(text)
	s := &Story{Path: path, archive: a, Promise: promise(string(a.Comment)), Files: map[string]map[string]string{}, Options: map[string]bool{}}
	if s.Promise == "" {
		return nil, fmt.Errorf("%s:1: a story begins with a paragraph that says what is promised", path)
	}
	s.lines = headings(string(text))
	for _, f := range a.Files {
		if err := s.section(f.Name, string(f.Data)); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, s.lines[f.Name], err)
		}
	}
	if len(s.Script) == 0 && s.Decide == "" {
		return nil, fmt.Errorf("%s: no -- script -- and no -- decide --: nothing happens in this story, and nothing is expected", path)
	}
	return s, nil
}

// headings are the lines of the headings of sections.
func headings(text string) map[string]int {
	lines := map[string]int{}
	for i, line := range strings.Split(text, "\n") {
		name, ok := strings.CutPrefix(line, "-- ")
		if name, ends := strings.CutSuffix(strings.TrimSpace(name), " --"); ok && ends {
			lines[strings.TrimSpace(name)] = i + 1
		}
	}
	return lines
}

func (s *Story) section(name, data string) error {
	switch name {
	case "github.yml":
		s.GitHub = []byte(data)
	case "script":
		for i, text := range strings.Split(data, "\n") {
			if text = strings.TrimSpace(text); text != "" && !strings.HasPrefix(text, "#") {
				s.Script = append(s.Script, Line{s.lines[name] + i + 1, text})
			}
		}
	case "want":
		s.Want = data
	case "decide":
		s.Decide = data
	case "options":
		for _, word := range strings.Fields(data) {
			if options[word] == "" {
				return fmt.Errorf("options: unknown word %q; known: %s", word, strings.Join(sorted(options), ", "))
			}
			s.Options[word] = true
		}
	default:
		repo, path, other := strings.Cut(name, "//")
		if !other {
			repo, path = "", name
		}
		if s.Files[repo] == nil {
			s.Files[repo] = map[string]string{}
		}
		s.Files[repo][path] = data
	}
	return nil
}

// filesOf gives the files by repository; home is the one that goes without saying.
func (s *Story) filesOf(home string) map[string]map[string]string {
	files := map[string]map[string]string{}
	for repo, f := range s.Files {
		if repo == "" {
			repo = home
		}
		files[repo] = f
	}
	return files
}

// promise is the first paragraph on one line.
func promise(comment string) string {
	paragraph, _, _ := strings.Cut(strings.TrimSpace(comment), "\n\n")
	return strings.Join(strings.Fields(paragraph), " ")
}

// Update writes a section of the file anew.
func (s *Story) Update(section, text string) error {
	found := false
	for i := range s.archive.Files {
		if s.archive.Files[i].Name == section {
			s.archive.Files[i].Data, found = []byte(text), true
		}
	}
	if !found {
		s.archive.Files = append(s.archive.Files, txtar.File{Name: section, Data: []byte(text)})
	}
	return os.WriteFile(s.Path, txtar.Format(s.archive), 0o644)
}

// Find gives the stories in files and directories, in order of their paths.
func Find(args []string) ([]string, error) {
	var paths []string
	for _, arg := range args {
		info, err := os.Stat(arg)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			paths = append(paths, arg)
			continue
		}
		found, err := filepath.Glob(filepath.Join(arg, "*.txtar"))
		if err != nil {
			return nil, err
		}
		paths = append(paths, found...)
	}
	sort.Strings(paths)
	return paths, nil
}

func sorted[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

var (
	fixtureLine = regexp.MustCompile(`\bline (\d+)\b`)
	fixtureKey  = regexp.MustCompile(`field (\S+) not found in type \S+`)
)

// fixtureError says what is wrong with github.yml, with the lines of the story's file.
func (s *Story) fixtureError(err error) error {
	text := fixtureKey.ReplaceAllString(err.Error(), `unknown key "$1"`)
	text = fixtureLine.ReplaceAllStringFunc(text, func(at string) string {
		n, _ := strconv.Atoi(strings.TrimPrefix(at, "line "))
		return fmt.Sprintf("line %d", s.lines["github.yml"]+n)
	})
	return fmt.Errorf("%s:%d: github.yml: %s", s.Path, s.lines["github.yml"], text)
}
