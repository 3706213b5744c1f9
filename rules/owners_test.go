package rules

import (
	"strings"
	"testing"
)

// githubExample is the example of GitHub's page, line by line.
// https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
var githubExample = []string{
	"# This is a comment.",
	"*       @global-owner1 @global-owner2",
	"*.js    @js-owner #This is an inline comment.",
	"*.go docs@example.com",
	"*.txt @octo-org/octocats",
	"/build/logs/ @doctocat",
	"docs/* docs@example.com @docs-owner",
	"apps/ @octocat",
	"/docs/ @doctocat",
	"/scripts/ @doctocat @octocat",
	"**/logs @octocat",
	"/apps/ @octocat",
	"/apps/github",
}

// Shows: R7.
func TestOwnersByGitHubsExample(t *testing.T) {
	for _, c := range []struct {
		upTo       int // the last line that is read, so that the ones above can be seen
		path, want string
	}{
		{1, "any/where.md", "global-owner1 global-owner2"},
		{1, "README.md", "global-owner1 global-owner2"},
		{2, "a/b.js", "js-owner"},
		{2, "a/b.jsx", "global-owner1 global-owner2"},
		{3, "main.go", ""},
		{4, "deep/er/notes.txt", "octo-org/octocats"},
		{5, "build/logs/x/y.log", "doctocat"},
		{5, "other/build/logs/y.log", "global-owner1 global-owner2"},
		{6, "docs/getting-started.md", "docs-owner"},
		{6, "docs/build-app/troubleshooting.md", "global-owner1 global-owner2"},
		{7, "apps/a.rb", "octocat"},
		{7, "src/apps/a/b.rb", "octocat"},
		{8, "docs/a/b.md", "doctocat"},
		{8, "src/docs/a.md", "global-owner1 global-owner2"},
		{9, "scripts/x/deploy.sh", "doctocat octocat"},
		{10, "build/logs/x.txt", "octocat"},
		{10, "scripts/logs/x", "octocat"},
		{10, "deeply/nested/logs/x", "octocat"},
		{11, "apps/other/x", "octocat"},
		{12, "apps/github/x", ""},
		{12, "apps/other/x", "octocat"},
	} {
		o := ParseOwners(strings.Join(githubExample[:c.upTo+1], "\n"))
		if got := strings.Join(o.Of(c.path), " "); got != c.want {
			t.Errorf("%s: %s is owned by %q, want %q", githubExample[c.upTo], c.path, got, c.want)
		}
	}
}

// Shows: R7.
func TestOwnersEdges(t *testing.T) {
	const all = "* @all\n"
	for _, c := range []struct{ name, text, path, want string }{
		{"empty", "", "a", ""},
		{"the last match decides", "*.go @x\n* @y", "a.go", "y"},
		{"no owners takes away", all + "/a.go", "a.go", ""},
		{"with a comment only", all + "/a.go # nobody's", "a.go", ""},
		{"a tab before a comment", all + "/a.go\t@x\t# y", "a.go", "x"},
		{"# within a pattern", all + "a#b @x", "a#b", "x"},
		{"escaped # does not work", all + `\#a @x`, "#a", "all"},
		{"negation does not work", all + "!a @x", "a", "all"},
		{"ranges do not work", all + "[ab] @x", "a", "all"},
		{"an owner that is none invalidates the line", all + "/a.go bob", "a.go", "all"},
		{"also beside one", all + "/a.go @x bob", "a.go", "all"},
		{"an empty owner", all + "/a.go @", "a.go", "all"},
		{"e-mail only is owned by nobody whom we know", all + "/a.go bob@example.com", "a.go", ""},
		{"case of paths counts", all + "/A.go @x", "a.go", "all"},
		{"case of owners does not", "/a.go @Acme/Core @Bo", "a.go", "acme/core bo"},
		{"a space in a path", all + `/my\ docs/ @x`, "my docs/a", "x"},
		{"CRLF", "* @all\r\n/a.go @x\r\n", "a.go", "x"},
		{"spaces before", all + "   /a.go @x", "a.go", "x"},
		{"a directory's pattern is no file", all + "apps/ @x", "apps", "all"},
		{"a name without a slash is a directory too", all + "apps @x", "src/apps/a/b", "x"},
		{"a slash in the middle anchors", all + "a/b @x", "c/a/b", "all"},
		{"a slash in the middle, deeper", all + "a/b @x", "a/b/c", "x"},
		{"** in the middle", all + "a/**/z @x", "a/b/c/z", "x"},
		{"** in the middle, nothing between", all + "a/**/z @x", "a/z", "x"},
		{"** at the end", all + "a/** @x", "a/b/c", "x"},
		{"/* is the root's files", all + "/* @x", "a/b", "all"},
		{"/* is the root's files indeed", all + "/* @x", "a", "x"},
		{"question mark", all + "/?.go @x", "a.go", "x"},
		{"question mark is no slash", all + "/a?b @x", "a/b", "all"},
		{"braces mean nothing", all + "/{a,b} @x", "a", "all"},
		{"braces are braces", all + "/{a} @x", "{a}", "x"},
		{"too large is not loaded", all + strings.Repeat("#", maxOwners), "a", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := strings.Join(ParseOwners(c.text).Of(c.path), " "); got != c.want {
				t.Errorf("owned by %q, want %q", got, c.want)
			}
		})
	}
	if got := (*Owners)(nil).Of("a"); got != nil {
		t.Errorf("without a file %v", got)
	}
}

func FuzzOwners(f *testing.F) {
	f.Add(strings.Join(githubExample, "\n"), "docs/a")
	f.Add("/{a\\ b} @x", `a\`)
	f.Fuzz(func(t *testing.T, text, path string) {
		for _, owner := range ParseOwners(text).Of(path) {
			if owner == "" || strings.ContainsAny(owner, " \n") {
				t.Errorf("owner %q", owner)
			}
		}
	})
}
