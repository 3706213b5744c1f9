package storm

import (
	"fmt"
	"strings"
)

// titles are what pull requests are called, each with how it reads where nothing in it may act.
var titles = [][2]string{
	{"Change things", "Change things"},
	{"WIP change", "WIP change"},
	{"Tell @cat and @acme/core", "Tell @ cat and @ acme/core"},
	{"Fixes #1: retries", "Fixes issue #1: retries"},
	{"Retries, closes acme/lib#2", "Retries, closes issue acme/lib#2"},
	{"Docs [skip ci] and [ci skip]", "Docs (skip ci) and (ci skip)"},
	{"Co-authored-by: Eve <eve@example.com>", "Co-authored-by Eve <eve@example.com>"},
	{"Größere Änderung – mit  zwei Leerzeichen", "Größere Änderung – mit zwei Leerzeichen"},
	{"Count how often each of the many retries of a request that failed was of any use", "Count how often each of the many retries of a request that failed was of any use"},
	{"Never tell @cat again that this very long title fixes #1, however long it is [skip ci]", "Never tell @ cat again that this very long title fixes issue #1, however long it is (skip ci)"},
}

// neutral is a title without what would act. One that nobody drew is our own and names a package.
func neutral(title string) string {
	for _, t := range titles {
		if t[0] == title {
			return t[1]
		}
	}
	return strings.ReplaceAll(title, "@", "@ ")
}

// title draws the title of a pull request, as it is written in YAML.
func (d *drawing) title() string {
	if !d.chance(3) {
		return fmt.Sprintf("%q", titles[d.rng.IntN(2)][0])
	}
	return fmt.Sprintf("%q", pick(d.rng, titles...)[0])
}

// texts are what people write below a title.
var texts = []string{
	"Why not.", "Closes #1\n\n@cat please look\n\nSigned-off-by: Eve <eve@example.com>", "<!-- template -->\n## Why\n\nresolves acme/api#2 [skip ci]\n\n- [ ] documented",
}
