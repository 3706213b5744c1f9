package eventlog

import (
	"context"
	"fmt"
	"path/filepath"
	"time"
)

// Schema is tables that have a version together: a file, or a schema of a database.
type Schema struct {
	Name string
	Have int // 0: nothing is there
	Want int // what this pitcrew writes
}

// steps is what a store is made of, in the order in which it is brought up to date.
var steps = []struct {
	name   string // of the schema; the file has ".db" behind it
	schema []string
}{{"log", logSchema}, {"people", peopleSchema}}

// Schemas says which versions are in a directory or a database, and changes nothing. A directory without a log is
// fs.ErrNotExist. Open brings all up to date.
func Schemas(where string) ([]Schema, error) {
	version := func(name string) (int, error) { return fileVersion(filepath.Join(where, name+".db")) }
	if IsURL(where) {
		pool, err := openPool(where, &storeOptions{readOnly: true})
		if err != nil {
			return nil, err
		}
		defer pool.Close()
		ctx, cancel := context.WithTimeout(context.Background(), patience+time.Second)
		defer cancel()
		version = func(name string) (int, error) { return pgVersion(ctx, pool, name) }
	}
	var out []Schema
	for _, s := range steps {
		have, err := version(s.name)
		if err == nil {
			err = refuseNewer(have, s.schema)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.name, err)
		}
		out = append(out, Schema{s.name, have, len(s.schema)})
	}
	return out, nil
}

// refuseOther is for readers, which cannot migrate.
func refuseOther(version int, schema []string) error {
	if version < len(schema) {
		return fmt.Errorf("it has version %d of its tables, and this pitcrew reads version %d: run `pitcrew migrate`, or start `pitcrew serve`, to bring it up to date", version, len(schema))
	}
	return refuseNewer(version, schema)
}

func refuseNewer(version int, schema []string) error {
	if version <= len(schema) {
		return nil
	}
	return fmt.Errorf("it has version %d of its tables, and this pitcrew knows only up to %d: a newer pitcrew has written it", version, len(schema))
}
