package manifest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// NPM is package.json, https://docs.npmjs.com/cli/configuring-npm/package-json.
//
// Ranges keep their operator: ^, ~, >=, = and none, with a full version. A range with fewer numbers (1.x, ^1, 1.2) is
// left where it already allows the new version, and otherwise gets as many numbers of the new one. Everything else is left
// alone: compound ranges, tags, workspaces, files, links, git, addresses and aliases, each with its reason.
type NPM struct{}

// Name is "npm".
func (NPM) Name() string { return "npm" }

// Files is package.json.
func (NPM) Files() []string { return []string{"package.json"} }

// Locks are the lock files of npm, yarn, pnpm and bun.
func (NPM) Locks() []string {
	return []string{"package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb"}
}

// npmSections are the keys that name dependencies, with the reason to leave one alone.
var npmSections = []struct{ key, leave string }{
	{key: "dependencies"},
	{key: "devDependencies"},
	{key: "optionalDependencies"},
	{key: "peerDependencies", leave: "a peer dependency says what others may use, so people decide it"},
}

// npmOverrides are the paths of what holds a package to a version whatever the dependencies say.
var npmOverrides = [][]string{{"overrides"}, {"resolutions"}, {"pnpm", "overrides"}}

// npmName is a name that npm has ever accepted; new ones are in lower case.
var npmName = regexp.MustCompile(`^(@[A-Za-z0-9~_.-]+/)?[A-Za-z0-9~_.-]+$`)

// maxName bounds a package's name, as npm does.
const maxName = 214

// Package is the file's name and version; a package without a name cannot be published.
func (NPM) Package(text []byte) (name, version string, err error) {
	root, err := parseJSON(text)
	if err != nil {
		return "", "", fmt.Errorf("read package.json: %w", err)
	}
	for _, field := range []struct {
		key  string
		into *string
	}{{"name", &name}, {"version", &version}} {
		v, ok := root.member(field.key)
		if ok && !v.isString {
			return "", "", fmt.Errorf("read package.json: %s: %s is no text", place(text, v.start), field.key)
		}
		*field.into = v.text
	}
	if name != "" && (!npmName.MatchString(name) || len(name) > maxName) {
		return "", "", fmt.Errorf("read package.json: %.80q is no name of a package", name)
	}
	return name, version, nil
}

// Uses are the dependencies of all four kinds.
func (NPM) Uses(text []byte) ([]Use, error) {
	deps, err := npmDependencies(text)
	if err != nil {
		return nil, err
	}
	uses := make([]Use, 0, len(deps))
	for _, d := range deps {
		uses = append(uses, d.Use)
	}
	return uses, nil
}

// npmDependency is a Use with its place.
type npmDependency struct {
	Use
	start, end int    // the range within its quotes
	leave      string // the section's reason to leave it alone
}

func npmDependencies(text []byte) ([]npmDependency, error) {
	root, err := parseJSON(text)
	if err != nil {
		return nil, fmt.Errorf("read package.json: %w", err)
	}
	var deps []npmDependency
	for _, m := range root.members {
		i := slices.IndexFunc(npmSections, func(s struct{ key, leave string }) bool { return s.key == m.key })
		if i < 0 {
			continue
		}
		if !m.value.isObject {
			return nil, fmt.Errorf("read package.json: %s: %s is no object", place(text, m.value.start), m.key)
		}
		for _, d := range m.value.members {
			if !d.value.isString {
				return nil, fmt.Errorf("read package.json: %s: the range of %.80q is no text", place(text, d.value.start), d.key)
			}
			use := Use{Package: npmTarget(d.key, d.value.text), Range: d.value.text, Section: m.key}
			deps = append(deps, npmDependency{use, d.value.start + 1, d.value.end - 1, npmSections[i].leave})
		}
	}
	return deps, nil
}

// npmTarget is the package behind a key: an alias like "npm:@acme/log@^1.0.0" stands for another than its own name.
func npmTarget(key, rng string) string {
	target, ok := strings.CutPrefix(rng, "npm:")
	if !ok {
		return key
	}
	if at := strings.LastIndexByte(target, '@'); at > 0 {
		return target[:at]
	}
	return target
}

// Set raises pkg in dependencies, devDependencies and optionalDependencies.
func (NPM) Set(text []byte, pkg, version string) ([]byte, Change, error) {
	change := Change{Package: pkg, Version: version}
	to, err := ParseVersion(version)
	if err != nil {
		return nil, change, fmt.Errorf("set %s: %w", pkg, err)
	}
	deps, err := npmDependencies(text)
	if err != nil {
		return nil, change, err
	}
	override := npmOverride(text, pkg)
	out, kept := make([]byte, 0, len(text)+len(version)), 0
	for _, d := range deps {
		if d.Package != pkg {
			continue
		}
		rng, reason := npmRaise(d.Range, to)
		switch {
		case d.leave != "":
			reason = d.leave
		case override != "":
			reason = override + " holds it to a version of its own"
		case reason == "" && string(text[d.start:d.end]) != d.Range:
			reason = "it is written with escapes"
		}
		if reason != "" {
			change.Left = append(change.Left, Left{d.Section, d.Range, reason})
			continue
		}
		out = append(append(out, text[kept:d.start]...), rng...)
		kept = d.end
		change.Edits = append(change.Edits, Edit{d.Section, d.Range, rng})
	}
	return append(out, text[kept:]...), change, nil
}

// npmOverride is the key that overrides pkg; empty if none does.
func npmOverride(text []byte, pkg string) string {
	root, err := parseJSON(text)
	if err != nil {
		return ""
	}
	for _, path := range npmOverrides {
		v := root
		for _, key := range path {
			v, _ = v.member(key)
		}
		for _, m := range v.members {
			if m.key == pkg || strings.HasPrefix(m.key, pkg+"@") || strings.HasSuffix(m.key, "/"+pkg) {
				return strings.Join(path, ".")
			}
		}
	}
	return ""
}
