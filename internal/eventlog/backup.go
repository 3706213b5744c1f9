package eventlog

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"
)

// # A backup
//
// A backup is one file that either database can be restored from, whichever it was made of: all tables of the log and of
// the people, row by row, as they were at one moment (see snapshot). It is lines of JSON in a zstd frame: what it is, then
// for each table its columns and its rows, and at the end how many rows there are and the SHA-256 of all that goes before.
// A file that ends earlier, or in which a byte is another, is no backup.
//
// The ledger is not in it: it is a fold of the log, and is folded anew when the program starts.

// backupForm is the version of the form of a backup. A change that older programs cannot read raises it.
const backupForm = 1

// Contents is what a backup holds.
type Contents struct {
	Made     time.Time        `json:"made"`     // the moment whose state it is, by the clock of the machine that made it
	Versions map[string]int   `json:"versions"` // of the tables, by schema
	Rows     map[string]int64 `json:"rows"`     // by table, as "log.event"
	SHA256   string           `json:"sha256"`   // of its lines
}

// BackupOptions say what a backup leaves out.
type BackupOptions struct {
	NoRaw bool             // leave out raw deliveries and their keys
	Now   func() time.Time // nil: time.Now
}

// rawTables are what NoRaw leaves empty.
var rawTables = map[string]bool{"log.raw": true, "people.day_key": true}

// Backup writes all that is in a directory or a database to w, beside a program that goes on writing to it. A file of
// SQLite that is damaged is refused, so that a backup never replaces a good one with what is left of a bad one.
func Backup(ctx context.Context, where string, w io.Writer, o BackupOptions) (Contents, error) {
	s, err := openSnapshot(ctx, where)
	if err != nil {
		return Contents{}, fmt.Errorf("back up: %w", err)
	}
	defer s.close()
	out, err := newBackupWriter(w, s.header(o.now()))
	if err != nil {
		return Contents{}, fmt.Errorf("back up: %w", err)
	}
	for _, p := range s.parts {
		if err := p.write(ctx, out, o.NoRaw); err != nil {
			return Contents{}, fmt.Errorf("back up %s: %w", p.schema, err)
		}
	}
	contents, err := out.end()
	if err != nil {
		return Contents{}, fmt.Errorf("back up: %w", err)
	}
	return contents, nil
}

func (o BackupOptions) now() time.Time {
	if o.Now == nil {
		return time.Now()
	}
	return o.Now()
}

// write writes the tables of a part.
func (p part) write(ctx context.Context, out *backupWriter, noRaw bool) error {
	for _, table := range p.tables {
		name := p.schema + "." + table
		query := "SELECT * FROM " + p.prefix + table
		if noRaw && rawTables[name] {
			query += " WHERE 1 = 0"
		}
		if err := p.writeTable(ctx, out, name, query); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func (p part) writeTable(ctx context.Context, out *backupWriter, name, query string) error {
	rows, err := p.tx.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	if err := out.table(name, columns); err != nil {
		return err
	}
	values, places := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		places[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(places...); err != nil {
			return err
		}
		if err := out.row(values); err != nil {
			return err
		}
	}
	return rows.Err()
}

// ReadBackup reads a backup to its end, and says what it holds. An error means that it is none, or damaged.
func ReadBackup(r io.Reader) (Contents, error) {
	in, err := newBackupReader(r)
	if err != nil {
		return Contents{}, fmt.Errorf("read backup: %w", err)
	}
	defer in.close()
	for in.table() {
		for {
			if _, ok := in.row(); !ok {
				break
			}
		}
	}
	contents, err := in.end()
	if err != nil {
		return Contents{}, fmt.Errorf("read backup: %w", err)
	}
	return contents, nil
}

// Total is the number of all rows.
func (c Contents) Total() (n int64) {
	for _, rows := range c.Rows {
		n += rows
	}
	return n
}

// schemaOf is the part before the dot of a table's name.
func schemaOf(name string) (schema, table string) {
	schema, table, _ = strings.Cut(name, ".")
	return schema, table
}
