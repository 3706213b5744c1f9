package eventlog

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// numbersEachSecond is more than the log gives, on average over the time since a backup.
const numbersEachSecond = 1000

// restorer is where a backup goes: nothing of it can be seen before keep, and nothing is left where keep did not succeed.
type restorer interface {
	// make makes the tables of a schema as they were at a version.
	make(schema string, version int) error
	// load replaces the rows of a table by what next gives.
	load(schema, table string, columns []string, next func() ([]any, bool)) error
	// number asks for one number, of the tables of a schema; "@" stands before the names of tables in the question.
	number(schema, question string) (int64, error)
	// exec does something to them.
	exec(schema, statement string, args ...any) error
	keep() error
	drop() error
}

// Restore fills an empty directory or database from a backup, wholly or not at all. The tables are those of the version
// that the backup has; Open brings them up to date. Log numbers go on far enough after the last that none is given twice,
// not even one that was given after the backup: who follows the log by number misses nothing.
func Restore(ctx context.Context, where string, r io.Reader, now time.Time) (Contents, error) {
	in, err := newBackupReader(r)
	if err != nil {
		return Contents{}, fmt.Errorf("restore: %w", err)
	}
	defer in.close()
	open := openEmptyDir
	if IsURL(where) {
		open = openEmptyDatabase
	}
	to, err := open(ctx, where)
	if err != nil {
		return Contents{}, fmt.Errorf("restore: %w", err)
	}
	contents, err := restore(in, to, now)
	if err == nil {
		err = to.keep()
	}
	if err != nil {
		return Contents{}, errors.Join(fmt.Errorf("restore: %w", err), to.drop())
	}
	return contents, nil
}

func restore(in *backupReader, to restorer, now time.Time) (Contents, error) {
	if err := makeTables(in.contents.Versions, to); err != nil {
		return Contents{}, err
	}
	for in.table() {
		schema, table := schemaOf(in.in.Table)
		if stepsOf(schema) == nil || !plainNames(append(in.in.Columns, table)...) {
			return Contents{}, fmt.Errorf("%s is no table of this pitcrew", in.in.Table)
		}
		if err := to.load(schema, table, in.in.Columns, in.row); err != nil {
			return Contents{}, fmt.Errorf("%s: %w", in.in.Table, err)
		}
	}
	contents, err := in.end()
	if err != nil {
		return Contents{}, err
	}
	return contents, compare(contents, to, now)
}

func makeTables(versions map[string]int, to restorer) error {
	for _, s := range steps {
		version := versions[s.name]
		if version == 0 {
			return fmt.Errorf("the backup has no tables of the %s", s.name)
		}
		if err := refuseNewer(version, s.schema); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		if err := to.make(s.name, version); err != nil {
			return fmt.Errorf("make the tables of the %s: %w", s.name, err)
		}
	}
	return nil
}

// positioned is the first version of the log that has a position of its own.
const positioned = 2

// compare asks for what was written, and moves the position of the log on.
func compare(c Contents, to restorer, now time.Time) error {
	for name, want := range c.Rows {
		schema, table := schemaOf(name)
		n, err := to.number(schema, "SELECT count(*) FROM @"+table)
		if err != nil {
			return err
		}
		if n != want {
			return fmt.Errorf("%s has %d rows, and the backup %d", name, n, want)
		}
	}
	if c.Versions["log"] < positioned {
		return nil
	}
	beyond, err := to.number("log", "SELECT count(*) FROM @event WHERE seq > (SELECT seq FROM @position)")
	if err != nil {
		return err
	}
	if beyond > 0 {
		return fmt.Errorf("%d events have higher numbers than the log had given: the backup is not of one moment", beyond)
	}
	since := max(0, now.Sub(c.Made))
	return to.exec("log", "UPDATE @position SET seq = seq + $1", int64(since/time.Second+1)*numbersEachSecond)
}

func stepsOf(schema string) []string {
	for _, s := range steps {
		if s.name == schema {
			return s.schema
		}
	}
	return nil
}

// plainNames says that names can stand in a statement as they are.
func plainNames(names ...string) bool {
	for _, n := range names {
		if n == "" || strings.Trim(n, "abcdefghijklmnopqrstuvwxyz_0123456789") != "" {
			return false
		}
	}
	return true
}

// NotEmptyError says that a backup cannot be restored where something is.
type NotEmptyError struct {
	Where string // the directory; empty: the database
	What  string // a file or schema that is there
}

func (e NotEmptyError) Error() string {
	if e.Where == "" {
		return "the database is not empty: it has the schema " + e.What
	}
	return e.Where + " is not empty: it has " + e.What
}
