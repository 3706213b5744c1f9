package ghsim

import (
	"fmt"
	"strconv"
	"strings"
)

// This file reads what git says of differences.

func (d *gitDisk) compare(_ *gitRepo, a, b string) ([]fileChange, error) {
	out, err := d.run("diff-tree", "-r", "-M", "--raw", "--numstat", "-z", "--no-abbrev", a, b)
	if err != nil {
		return nil, err
	}
	list, err := parseChanges(out)
	if err != nil {
		return nil, fmt.Errorf("diff %s..%s: %w", a, b, err)
	}
	return list, nil
}

var changeWords = map[byte]string{'A': "added", 'M': "modified", 'D': "removed", 'R': "renamed", 'C': "copied", 'T': "changed"}

// parseChanges reads the output of diff-tree --raw --numstat -z: first the raw lines, then the counts in the same order.
func parseChanges(out string) ([]fileChange, error) {
	parts := strings.Split(out, "\x00")
	var list []fileChange
	i := 0
	for i < len(parts) && strings.HasPrefix(parts[i], ":") {
		f := strings.Fields(parts[i])
		if len(f) != 5 {
			return nil, fmt.Errorf("raw line %q", parts[i])
		}
		c := fileChange{status: changeWords[f[4][0]], path: parts[i+1], blob: f[3]}
		i += 2
		switch f[4][0] {
		case 'R', 'C':
			c.previous, c.path = c.path, parts[i]
			i++
		case 'D':
			c.blob = f[2]
		}
		list = append(list, c)
	}
	for n := range list {
		f := strings.SplitN(parts[i], "\t", 3)
		if len(f) != 3 {
			return nil, fmt.Errorf("count line %q", parts[i])
		}
		i++
		if f[2] == "" {
			i += 2 // a rename: both names follow
		}
		if f[0] == "-" {
			list[n].binary = true
			continue
		}
		var err error
		if list[n].additions, err = strconv.Atoi(f[0]); err != nil {
			return nil, err
		}
		if list[n].deletions, err = strconv.Atoi(f[1]); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (d *gitDisk) hunks(_ *gitRepo, a, b string) (map[string]string, error) {
	out, err := d.run("diff-tree", "-r", "-M", "-p", "--no-color", "-z", a, b)
	if err != nil {
		return nil, err
	}
	texts := map[string]string{}
	for _, part := range strings.Split("\n"+out, "\ndiff --git ")[1:] {
		head, hunks, ok := strings.Cut(part, "\n@@ ")
		if !ok {
			continue
		}
		name := ""
		for line := range strings.SplitSeq(head, "\n") {
			if v, ok := strings.CutPrefix(line, "+++ b/"); ok {
				name = v
			} else if v, ok := strings.CutPrefix(line, "--- a/"); ok && name == "" {
				name = v
			}
		}
		texts[strings.TrimRight(name, "\t")] = strings.TrimRight("@@ "+hunks, "\n")
	}
	return texts, nil
}
