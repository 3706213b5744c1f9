package cli

import (
	"io"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pitcrew-app/pitcrew/config"
)

// fromRoot reads a file by its path from the root of the tree.
func fromRoot(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../..", path))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

var (
	fence      = regexp.MustCompile("(?ms)^ *```(\\w*)\n(.*?)^ *```")
	inlineCode = regexp.MustCompile("`([^`\n]+)`")
	// ourCommand is pitcrew with its arguments, up to what ends them in a shell.
	ourCommand  = regexp.MustCompile(`(?:^|[;&|]|exec)\s*pitcrew((?: +[^\s;&|>#']+| +'[^'\n]*')*)`)
	ourVariable = regexp.MustCompile(`\b(?:PITCREW|GITHUB)_[A-Z0-9_]+\b`)
	docLink     = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading     = regexp.MustCompile(`(?m)^#+ (.+)$`)
)

// commandLines are the arguments of each call of pitcrew in a document's code.
func commandLines(doc string) [][]string {
	var code []string
	for _, m := range fence.FindAllStringSubmatch(doc, -1) {
		if m[1] == "sh" {
			code = append(code, strings.Split(m[2], "\n")...)
		}
	}
	for _, m := range inlineCode.FindAllStringSubmatch(fence.ReplaceAllString(doc, ""), -1) {
		code = append(code, m[1])
	}
	var lines [][]string
	for _, line := range code {
		for _, m := range ourCommand.FindAllStringSubmatch(line, -1) {
			args := strings.Fields(strings.ReplaceAll(m[1], "'", ""))
			if len(args) > 0 && args[0] == "pitcrew" { // compose exec: the service, then its program
				args = args[1:]
			}
			if len(args) > 0 {
				lines = append(lines, args)
			}
		}
	}
	return lines
}

// understood says whether the command line takes these arguments; nothing runs.
func understood(args []string) error {
	root := newRoot(&app{out: io.Discard, err: io.Discard, env: func(string) string { return "" }})
	c, rest, err := root.Find(args)
	if err != nil {
		return err
	}
	if err := c.ParseFlags(rest); err != nil {
		return err
	}
	if c.Args == nil {
		return nil
	}
	return c.Args(c, c.Flags().Args())
}

func TestInstallDoc_commands_exist(t *testing.T) {
	lines := commandLines(fromRoot(t, "docs/install.md"))
	used := map[string]bool{}
	for _, args := range lines {
		used[args[0]] = true
		if err := understood(args); err != nil {
			t.Errorf("pitcrew %s: %v", strings.Join(args, " "), err)
		}
	}
	for _, name := range []string{"sim", "serve", "doctor", "explain", "report", "version"} {
		if !used[name] {
			t.Errorf("no line calls pitcrew %s: is the document still read rightly?", name)
		}
	}
	for _, bad := range [][]string{{"serve", "--watch"}, {"serev"}, {"explain"}} {
		if understood(bad) == nil {
			t.Errorf("pitcrew %v passes", bad)
		}
	}
}

func TestVariables_named_anywhere_exist(t *testing.T) {
	known := map[string]bool{}
	for _, v := range variables {
		known[v.name] = true
	}
	for _, path := range []string{"docs/install.md", ".env.example", "deploy/compose.yaml", "deploy/Containerfile", "deploy/pitcrew.service", "README.md"} {
		named := ourVariable.FindAllString(fromRoot(t, path), -1)
		for _, name := range named {
			if !known[name] {
				t.Errorf("%s names %s, which nothing reads", path, name)
			}
		}
		if path == ".env.example" {
			for name := range known {
				if !slices.Contains(named, name) {
					t.Errorf("%s does not explain %s", path, name)
				}
			}
		}
	}
}

// anchor is the address of a heading, as GitHub makes it.
func anchor(title string) string {
	keep := regexp.MustCompile(`[^\p{L}\p{N}\- ]`)
	return strings.ReplaceAll(keep.ReplaceAllString(strings.ToLower(title), ""), " ", "-")
}

func TestInstallDoc_links_lead_somewhere(t *testing.T) {
	doc := fromRoot(t, "docs/install.md")
	anchors := map[string]bool{}
	for _, m := range heading.FindAllStringSubmatch(fence.ReplaceAllString(doc, ""), -1) {
		anchors["#"+anchor(m[1])] = true
	}
	links := docLink.FindAllStringSubmatch(doc, -1)
	if len(links) < 15 {
		t.Fatalf("found %d links", len(links))
	}
	for _, m := range links {
		switch to := m[1]; {
		case strings.HasPrefix(to, "#"):
			if !anchors[to] {
				t.Errorf("%s is no heading", to)
			}
		case !strings.Contains(to, "://"):
			if _, err := os.Stat(filepath.Join("../../docs", to)); err != nil {
				t.Errorf("%s: %v", to, err)
			}
		}
	}
}

func TestInstallDoc_configuration_is_right(t *testing.T) {
	n := 0
	for _, m := range fence.FindAllStringSubmatch(fromRoot(t, "docs/install.md"), -1) {
		if m[1] != "yaml" {
			continue
		}
		n++
		text := strings.ReplaceAll("\n"+m[2], "\n   ", "\n") // it stands in a list
		if _, problems := config.Read(".platform.yml", []byte(strings.TrimSpace(text)+"\n")); len(problems) > 0 {
			t.Errorf("%s\n%v", m[2], problems)
		}
	}
	if n == 0 {
		t.Error("no example of .platform.yml was found")
	}
}

// formParameters are those of GitHub's form that are neither permission nor event.
// https://docs.github.com/en/apps/sharing-github-apps/registering-a-github-app-using-url-parameters
var formParameters = []string{"name", "url", "public", "webhook_active", "webhook_url"}

func TestInstallDoc_form_is_filled_in_as_app_yml_asks(t *testing.T) {
	want, err := readAppManifest()
	if err != nil {
		t.Fatal(err)
	}
	doc := fromRoot(t, "docs/install.md")
	link := regexp.MustCompile(`https://github\.com/organizations/ORGANIZATION/settings/apps/new\?\S+`).FindString(doc)
	u, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	query := u.Query()
	if diff := cmp.Diff(want.Events, query["events[]"]); diff != "" {
		t.Errorf("events (-app.yml +link):\n%s", diff)
	}
	has := map[string]string{}
	for name := range query {
		if name != "events[]" && !slices.Contains(formParameters, name) {
			has[name] = query.Get(name)
		}
	}
	if diff := cmp.Diff(want.Permissions, has); diff != "" {
		t.Errorf("permissions (-app.yml +link):\n%s", diff)
	}
	for name, level := range want.Permissions {
		title := strings.ToUpper(name[:1]) + strings.ReplaceAll(name[1:], "_", " ")
		if row := "| " + title + " | " + level + " |"; !strings.Contains(doc, row) {
			t.Errorf("the table of permissions lacks %s", row)
		}
	}
}
