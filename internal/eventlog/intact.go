package eventlog

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// What SQLite looks at: quick_check at the structure of all pages, integrity_check also at each entry of each index
// (https://www.sqlite.org/pragma.html#pragma_integrity_check).
const (
	quickCheck = "PRAGMA quick_check"
	wholeCheck = "PRAGMA integrity_check"
)

// querying is a database or a transaction.
type querying interface {
	QueryContext(context.Context, string, ...any) (*sql.Rows, error)
}

// intact is nil, or what SQLite finds wrong with a file, in its own words.
func intact(ctx context.Context, q querying, check string) error {
	rows, err := q.QueryContext(ctx, check)
	if err != nil {
		return err
	}
	defer rows.Close()
	var found []string
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			return err
		}
		if line != "ok" {
			found = append(found, strings.Join(strings.Fields(line), " "))
		}
	}
	if err := rows.Err(); err != nil || len(found) == 0 {
		return err
	}
	if len(found) > 3 {
		found = append(found[:3], fmt.Sprintf("and %d more", len(found)-3))
	}
	return errors.New(strings.Join(found, "; "))
}

// File is one of SQLite's files as it lies on the disk.
type File struct {
	Name      string // "log.db"
	Bytes     int64
	WALBytes  int64 // of its write-ahead log: what is synced, and not yet in the file itself
	DamagedBy error // what SQLite finds wrong with it; nil: nothing
}

// Files looks at the structure of the files in a directory, beside the program that writes to them. A file that is not
// there is not in the answer.
func Files(ctx context.Context, dir string) ([]File, error) {
	var files []File
	for _, name := range []string{"log.db", "people.db", "ledger.db"} {
		path := filepath.Join(dir, name)
		info, err := os.Stat(path)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return files, err
		}
		f := File{Name: name, Bytes: info.Size()}
		if wal, err := os.Stat(path + "-wal"); err == nil {
			f.WALBytes = wal.Size()
		}
		f.DamagedBy = quickLook(ctx, path)
		files = append(files, f)
	}
	return files, nil
}

func quickLook(ctx context.Context, path string) error {
	db, err := openSQLite(path, "query_only(1)")
	if err != nil {
		return err
	}
	defer db.Close()
	return intact(ctx, db, quickCheck)
}
