// Package config reads .platform.yml, the one file in which maintainers say what pitcrew does in their repository.
//
// Reading has two steps. Read takes the whole text: it checks what is true of every such file (size, one document, no
// aliases, version, zone, observe, the names of the sections) and hands out one Section for each chore. The chore itself
// knows what may stand in its section: it calls Section.Decode with a pointer to a struct that holds its defaults, and the
// struct's tags are the form of the file. To give a chore a new key, add a field to its struct; nothing here changes.
//
// The reader is strict because the file lets a machine merge: an unknown key, a key twice, a number for a text, a value that
// YAML reads as something else than it looks like, each is a Problem with line, column and what would be right, and all of
// them are reported at once. Nothing is guessed and nothing is ignored. Nothing here panics on a file, whatever is in it, or
// takes long: files are at most 64 KiB, 32 levels deep, and patterns are at most 256 bytes.
//
// Three words:
//
//   - A Problem of Level Error means that the file is wrong. From Read, nothing of the file may be acted on; from Decode,
//     the section may not.
//   - Hold means that the file is right and asks for something that is not built yet and would hold a chore back. The
//     section must do nothing.
//   - Notice means that something is not done yet, or may surprise. Everything goes on.
//
// A Matcher is the same in every section: see matcher.go for its keys. To add one, add a row to matchKeys.
package config

import (
	"time"

	"gopkg.in/yaml.v3"
)

// File is one .platform.yml.
type File struct {
	// Name is what Problems call the file, usually ".platform.yml".
	Name string
	// Zone is the one of every time in the file; UTC where the file names none.
	Zone *time.Location
	// Observe says whether to act. It is ObserveYes where the file has something there that cannot be read.
	Observe Observe
	// Comment says whether each pull request gets a comment that says what the check run says.
	Comment bool
	// Sections has the chores that the file speaks of, by name. One that is absent is off.
	Sections map[string]*Section
	// Notices has what does not stop anything: keys that do nothing yet, values that may not be what they look like.
	Notices []Problem

	zoneSet    bool
	commentSet bool
	lines      []string
	misread    map[position]bool
}

// Observe says whether pitcrew acts or only shows what it would do.
type Observe int

// The values of observe: false, true and check.
const (
	ObserveNo    Observe = iota // act
	ObserveYes                  // decide, log and show, but write nothing
	ObserveCheck                // as ObserveYes, and report in the check run
)

// String is the value as the file writes it.
func (o Observe) String() string {
	switch o {
	case ObserveNo:
		return "false"
	case ObserveYes:
		return "true"
	case ObserveCheck:
		return "check"
	}
	return "unknown"
}

// Section is what the file says about one chore.
type Section struct {
	Name string
	// Off is true for `merge: off`. Such a section decodes to its defaults and must not be acted on.
	Off bool
	// Line is where the section begins in the uppermost layer that has it, counted from 1.
	Line int

	layers []layer         // the lowest first; at least one
	joined map[string]bool // keys of which a locked layer and those above it are joined
}

// layer is what one file says about a section.
type layer struct {
	file *File
	node *yaml.Node
	line int
}

type position struct{ line, column int }

func at(n *yaml.Node) position { return position{n.Line, n.Column} }
