package config

import (
	"fmt"
	"reflect"
	"strings"
)

// What the keys are for that are no part of a section.
const (
	docVersion = "of the form of this file; always 1"
	docZone    = "the time zone of every time in the file, like Europe/Madrid"
	docObserve = "true: decide, log and show what would be done, and write nothing; check: report it on pull requests as well"
	docComment = "true: one comment on each pull request says what the check run says, and is changed in place"
	docGroups  = "groups of repositories by name, each with sections and locks of its own"
)

// Reference is the page that describes .platform.yml whole, in Markdown. Whoever has read it can tell what will be done.
func Reference(forms []Form) []byte {
	b := &page{}
	b.WriteString(referenceHead)
	b.table([]string{"key", "value", "default", "what it is for"}, [][]string{
		{"`version`", "1", "required", docVersion}, {"`zone`", "name of a time zone", "UTC", docZone},
		{"`observe`", "false, true or check", "false", docObserve},
		{"`comment`", "true or false", "false", docComment},
	})
	for _, f := range forms {
		b.section(f)
	}
	for _, f := range laterSections {
		fmt.Fprintf(b, "\n## `%s`\n\n%s Not built yet: what is written here is checked, and nothing is done about it.\n", f.name, f.doc)
	}
	b.matchers()
	b.values()
	b.organisation(forms)
	b.WriteString(referenceTail)
	return []byte(b.String())
}

const referenceHead = `# .platform.yml

<!-- Written by ` + "`go test ./config -run Reference -update`" + ` from the code; a test keeps them the same. -->

What pitcrew does in a repository, and all that decides it. [platform.example.yml](../config/platform.example.yml) shows every
key in use; ` + "`pitcrew check`" + ` says what is wrong with a file.

## The file

- A section that is not there is off; ` + "`merge: {}`" + ` turns one on with its defaults, ` + "`merge: off`" + ` turns it off.
- A pull request is decided by the file on its base branch; where that has none, by the file on the default branch.
- A file on the pull request's own branch decides nothing until it is merged.
- A file with an error turns nothing on: everything that it governs stops, and the check on each pull request says why.
- An error within a section stops that section alone.

At the top:

`

const referenceTail = `
## Mistakes

Everything that is wrong is said at once, each with its line, its column and what would be right.

| level | means |
|---|---|
| error | the file, or the section that it is in, does nothing until it is mended |
| hold | the key is known and not built yet, and would hold something back: its section does nothing while it is there |
| notice | it may surprise: a key that does nothing yet, keys that contradict each other, a path that can match nothing |

` + "`pitcrew check`" + ` reads a file without a server, ` + "`--repo OWNER/REPO`" + ` also asks GitHub whether the people, teams, labels, checks
and methods that it names are there, and ` + "`--format github`" + ` or ` + "`sarif`" + ` brings it into a workflow.

An editor completes and checks the file with its JSON Schema, which pitcrew serves and which lies beside this page as
[platform.schema.json](platform.schema.json) and [platform.org.schema.json](platform.org.schema.json):

` + "```yaml" + `
# yaml-language-server: $schema=https://YOUR-PITCREW/schema/platform.json
version: 1
` + "```" + `
`

// page is a text in Markdown.
type page struct{ strings.Builder }

func (b *page) table(head []string, rows [][]string) {
	b.WriteString("| " + strings.Join(head, " | ") + " |\n|" + strings.Repeat("---|", len(head)) + "\n")
	for _, row := range rows {
		for i, cell := range row {
			row[i] = strings.ReplaceAll(cell, "|", `\|`)
		}
		b.WriteString("| " + strings.Join(row, " | ") + " |\n")
	}
}

func (b *page) section(f Form) {
	fmt.Fprintf(b, "\n## `%s`\n\n%s\n\n", f.Name, f.Doc)
	for _, text := range f.Text {
		b.WriteString("- " + text + "\n")
	}
	b.WriteString("\n")
	b.keys(f.Name, reflect.ValueOf(f.Defaults))
}

// keys is the table of a struct's keys, and below it those of the structs in its lists.
func (b *page) keys(path string, defaults reflect.Value) {
	var rows [][]string
	for _, f := range fieldsOf(defaults.Type()) {
		rows = append(rows, []string{"`" + keyOf(f) + "`", typeWords(f), defaultWords(f, defaults.FieldByIndex(f.Index)), docOf(f)})
	}
	b.table([]string{"key", "value", "default", "what it is for"}, rows)
	for _, f := range fieldsOf(defaults.Type()) {
		if f.Type.Kind() == reflect.Slice && f.Type.Elem().Kind() == reflect.Struct && !isValue(f.Type) {
			fmt.Fprintf(b, "\nEach of `%s.%s`:\n\n", path, keyOf(f))
			b.keys(path+"."+keyOf(f), reflect.New(f.Type.Elem()).Elem())
		}
	}
}

func isValue(t reflect.Type) bool {
	_, ok := reflect.New(t).Interface().(value)
	return ok
}

// typeWords says what may stand at a key.
func typeWords(f reflect.StructField) string { return wordsOf(f.Type, f.Tag) }

func wordsOf(t reflect.Type, tag reflect.StructTag) string {
	if own, ok := reflect.New(t).Interface().(value); ok {
		return own.words(tag)
	}
	switch t.Kind() {
	case reflect.Pointer:
		return wordsOf(t.Elem(), tag)
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Struct {
			return "list, see below"
		}
		return "list, each a " + wordsOf(t.Elem(), tag)
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Float64:
		return "number " + span(tag.Get("min"), tag.Get("max"))
	}
	return choiceWords(tag)
}

func choiceWords(tag reflect.StructTag) string {
	if choices := strings.Fields(tag.Get("choices")); len(choices) > 0 {
		return orList(choices)
	}
	return "text"
}

// Unset is the value of a key that is not built yet and that no file sets.
const Unset = "–"

// defaultWords says what holds where a key is absent.
func defaultWords(f reflect.StructField, v reflect.Value) string {
	switch {
	case f.Tag.Get("default") != "":
		return f.Tag.Get("default")
	case f.Tag.Get("later") != "":
		return Unset
	}
	switch of := v.Interface().(type) {
	case Strings:
		return strings.Join(of, ", ")
	case Matcher:
		return "none"
	}
	if v.Kind() == reflect.Slice || v.IsZero() && v.Kind() == reflect.String {
		return "none"
	}
	return fmt.Sprint(v.Interface())
}

func (b *page) matchers() {
	b.WriteString("\n## Matchers\n\nWhich pull requests something is about, in the same words in every section.\n\n")
	var rows [][]string
	for _, row := range matchKeys {
		rows = append(rows, []string{"`" + row.name + "`", row.doc, "`" + row.example.Text + "`", row.example.Holds, row.example.Not})
	}
	b.table([]string{"key", "value", "example", "holds", "does not hold"}, rows)
	b.WriteString("\nHow they are joined:\n\n")
	rows = nil
	for _, row := range joining {
		rows = append(rows, []string{row.doc, "`" + row.under + ": {" + row.example.Text + "}`", row.example.Holds, row.example.Not})
	}
	b.table([]string{"", "example", "holds", "does not hold"}, rows)
	b.WriteString(`
- A bot is written with its brackets, ` + "`\"dependabot[bot]\"`" + `; without them a person of that name is meant.
- For ` + "`label` and `files`" + ` ` + "`except`" + ` needs ` + "`any`" + `; to ask that none is there, name it under ` + "`unless`" + `.
- What cannot be told (the members of a team that may not be read, more files than GitHub lists, what a bot raises) holds the pull request back until it can.
- ` + "`bump`" + ` is told by commits that GitHub signed for Dependabot or for pitcrew and by nothing else: title and description can be edited by anyone. A group has the highest level of its members. Of a version 0.x, a new x is major, as semantic versioning has it. A pull request of a person is no dependency pull request; of another bot it cannot be told.
- Texts, logins and teams with ` + "`@ * ! & % { [ #`" + ` in them need quotes.
`)
}

func (b *page) values() {
	b.WriteString("\n## Values\n\n")
	b.table([]string{"value", "is written"}, [][]string{
		{"matcher", "keys as above: `{label: automerge}`"},
		{"span of time", "`30m`, `2d`, `36h`, `1d12h`; units w, d, h, m; at most ten years"},
		{"stretch of time", "`\"Fri 16:00 - Mon 07:00\"` once a week, `\"Mon-Fri 09:00-18:00\"` on each of these days, `\"2026-12-20 - 2027-01-06\"` both days included; the end is not part of it"},
		{"size", "`over 400`, `under 100`: the number itself not included"},
		{"path", fmt.Sprintf("from the top of the repository, at most %d bytes, at most %d in a section", maxPattern, maxGlobs)},
		{"the file", fmt.Sprintf("UTF-8, at most %d KiB, one document, %d levels deep; no anchors, aliases and tags", maxSize>>10, maxDepth)},
	})
}

func (b *page) organisation(forms []Form) {
	b.WriteString(organisationHead)
	rows := [][]string{}
	for _, f := range fieldsOf(reflect.TypeFor[orgForm]()) {
		rows = append(rows, []string{"`" + keyOf(f) + "`", typeWords(f), "none", f.Tag.Get("doc")})
	}
	rows = append(rows, []string{"`groups`", "list, each with `repositories`, `locked` and sections", "none", docGroups})
	b.table([]string{"key", "value", "default", "what it is for"}, rows)
	b.WriteString(organisationLocks)
	rows = nil
	for _, f := range forms {
		for _, field := range f.fields() {
			if rule := field.Tag.Get("lock"); rule != "" {
				rows = append(rows, []string{"`" + f.Name + "." + keyOf(field) + "`", lockWords[rule]})
			}
		}
	}
	b.table([]string{"locked key", "what holds in a repository"}, append(rows, []string{"any other", "what the organisation says"}))
}

// lockWords says what becomes of a locked key, by its rule.
var lockWords = map[string]string{
	"joined": "both lists together", "larger": "the larger of both", "smaller": "the smaller of both",
}

const organisationHead = `
## The organisation's file

` + "`.platform.org.yml`" + ` in the repository ` + "`.github`" + ` lies below the files of all repositories of its owner. It has the same sections, and:

`

const organisationLocks = `
- Layers, each over the one before: built-in, the organisation, its groups that name the repository in their order, the repository's file.
- Maps merge key by key, matchers too; lists replace.
- Where ` + "`apply`" + ` names a repository, the organisation's sections are on there; elsewhere they are what a section starts from that the repository turns on.
- A repository turns a section off with ` + "`merge: off`" + `, unless ` + "`locked`" + ` names the section and it is on there.
- A locked key may only be tightened; what a repository says against it is left out, with a notice at its line.
- Of ` + "`observe`" + ` the stricter holds: check over false, true over both.
- A repository without a ` + "`zone`" + ` or ` + "`comment`" + ` has the organisation's.
- An error in the organisation's file stops everything in all of its repositories; so does one that was there and cannot be read now.

`
