// Package manifest finds and edits versions in the files that say what a repository depends on.
//
// A Format is one kind of file. It parses to find and splices to write: every byte outside of the version that changes stays
// what it was, so that the pull request shows one line and nothing that a tool likes to format. Whatever a Format does not
// edit it leaves with a reason, because "nothing happened" is the answer that costs people the most time.
//
// Nothing here does I/O, and nothing runs a package manager: a repository with one of a format's lock files is the caller's
// to refuse. The versions are semantic versions, without a leading v.
//
// To add a format, write one file here and name it in Formats.
package manifest

// Format reads and edits one kind of dependency file.
type Format interface {
	// Name is what people call the ecosystem: "npm".
	Name() string
	// Files are the names of the files that the format is in, without a folder.
	Files() []string
	// Package is the package that the file describes. Both are empty where the file names none.
	Package(text []byte) (name, version string, err error)
	// Uses are the packages that the file depends on, in the order of the file.
	Uses(text []byte) ([]Use, error)
	// Set raises pkg to version wherever the file depends on it. It is an error if version is no semantic version or the
	// file cannot be read; that nothing may be edited is none, but text itself and a Change with reasons.
	Set(text []byte, pkg, version string) ([]byte, Change, error)
	// Locks are the names of the files that would have to change with it.
	Locks() []string
}

// Formats are all that are known.
var Formats = []Format{NPM{}}

// Use is one dependency of a file.
type Use struct {
	Package string // what is depended on, also where the file gives it another name
	Range   string // as the file has it
	Section string // where: "devDependencies"
}

// Change is what Set did and what it left, and why.
type Change struct {
	Package string
	Version string
	Edits   []Edit
	Left    []Left
}

// Any reports whether anything was edited.
func (c Change) Any() bool { return len(c.Edits) > 0 }

// Edit is a range that was changed.
type Edit struct {
	Section  string
	From, To string // the whole range: "^1.2.3", "^1.3.0"
}

// Left is a range that was not changed, with the reason in words that follow "left alone: ".
type Left struct {
	Section string
	Range   string
	Reason  string
}
