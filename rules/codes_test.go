package rules

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// source is this package's own code without its tests, by file.
func source(t *testing.T) map[string]*ast.File {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]*ast.File{}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		if files[name], err = parser.ParseFile(token.NewFileSet(), name, nil, 0); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// declared are the names and values of the constants of type Code.
func declared(t *testing.T) map[string]Code {
	t.Helper()
	found := map[string]Code{}
	for _, f := range source(t) {
		ast.Inspect(f, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Values) != 1 {
				return true
			}
			if typ, ok := spec.Type.(*ast.Ident); !ok || typ.Name != "Code" {
				return true
			}
			value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			found[spec.Names[0].Name] = Code(value)
			return true
		})
	}
	return found
}

func TestEveryCodeHasATextAndIsUsed(t *testing.T) {
	all := declared(t)
	if len(all) < 50 || len(all) != len(codes) {
		t.Errorf("%d codes are declared, %d have a text", len(all), len(codes))
	}
	used := map[string]bool{}
	for name, f := range source(t) {
		if name == "codes.go" || name == "summary.go" {
			continue
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				used[id.Name] = true
			}
			return true
		})
	}
	for name, code := range all {
		if codes[code].sentence == "" {
			t.Errorf("%s has no sentence", name)
		}
		if !used[name] {
			t.Errorf("%s is given by no rule", name)
		}
	}
}

// words are values for every argument that a text asks for.
var words = Args{
	"section": "merge", "why": "GitHub answered 502", "problem": `.platform.yml:3:5: merge: unknown key "x"; did you mean "y"?`, "what": "files",
	"policy": "all", "clears": "label ship", "by": "a maintainer", "key": "label", "value": "hold", "have": "0", "want": "1", "missing": "one approval", "head": "aaaaaaa",
	"open": "1 conversation", "names": "build", "name": "build", "result": "failed", "base": "main", "rule": "code_scanning", "method": "squash",
	"status": "405", "act": "merge", "times": "1 time", "teams": "acme/core", "tag": "v1.0.0", "package": "x", "version": "1.0.0", "lock": "yarn.lock", "branch": "b", "path": "package.json",
	"users": "1 repository", "number": "7", "whose": "one of its code owners", "commit": "c0ffee1", "own": "", "bot": "dependabot", "ask": "a comment asks it to", "files": "", "github": "", "or": "", "until": "Mon 2 Mar 10:00 UTC", "window": "Mon 08:00 - Mon 10:00", "span": "30m", "since": "Mon 2 Mar 10:00 UTC", "pull": "7", "when": "from when it is approved and green", "position": ", position 2", "which": "#7", "held": "a workflow waits until somebody lets it run",
}

// Whatever is in the way, alone or with others, the first sentence is one.
func TestSummariesAreSentences(t *testing.T) {
	var all []Code
	for code := range codes {
		all = append(all, code)
	}
	states := []State{Done, Waiting, NeedsYou, Stopped, Off}
	one := rapid.Custom(func(t *rapid.T) Reason {
		r := Reason{Code: rapid.SampledFrom(all).Draw(t, "code"), State: rapid.SampledFrom(states).Draw(t, "state"), Args: words}
		for id := range rapid.Int64Range(1, 3).Draw(t, "who") {
			r.Who = append(r.Who, person(id+1))
		}
		return r
	})
	for _, code := range all { // each of them with another behind it, so that none waits for its turn by chance
		for _, state := range states {
			because := []Reason{{Code: code, State: state, Args: words, Who: []Person{person(1)}}, {Code: CodeBehind, State: state, Args: words}}
			sortReasons(because)
			readable(t, Summarise([]Answer{{Rule: "merge", Because: because}}, nil))
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		answers := []Answer{{Rule: "reviewers"}, {Rule: "merge"}, {Rule: "update"}}
		for i := range answers {
			answers[i].Because = rapid.SliceOfN(one, 0, 4).Draw(t, answers[i].Rule)
			sortReasons(answers[i].Because)
		}
		readable(t, Summarise(answers, nil))
	})
}

func TestListsReadAsPeopleSayThem(t *testing.T) {
	for _, c := range []struct {
		got, want string
	}{
		{list(nil), ""}, {list([]string{"ana"}), "ana"}, {list([]string{"ana", "bo"}), "ana and bo"}, {list([]string{"ana", "bo", "cy"}), "ana, bo and cy"},
		{series([]string{"a", "b"}), "a and b"}, {series([]string{"a, which b", "c", "d"}), "a, which b; c; and d"}, {series([]string{"a, b"}), "a, b"},
		{count(0, "time"), "0 times"}, {count(1, "time"), "1 time"}, {count(2, "repository"), "2 repositories"},
		{period("a"), "a."}, {period("a?"), "a?"}, {upper(""), ""}, {upper("ab"), "Ab"}, {short("abcdefgh"), "abcdefg"}, {short("abc"), "abc"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}

type logins map[string]string

func (l logins) Login(token string) string { return l[token] }

func TestPeopleAreNamedWhenDrawn(t *testing.T) {
	r := whom(CodeReviewers, Done, []Person{{Token: "t1"}, {Token: "t2"}, {Token: "t3", Login: "cy"}}, []string{"acme/core"})
	if got := r.Sentence(logins{"t1": "ana"}); got != "asked or reviewing: ana, somebody, cy and acme/core" {
		t.Error(got)
	}
}
