package eventlog

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"time"
)

const (
	sqlFindPerson  = `SELECT token, id, login FROM person WHERE id = $1 OR lower(login) = lower($2) ORDER BY id`
	sqlErasePerson = `DELETE FROM person WHERE id = $1`
)

// Known is a person and the token that stands for them.
type Known struct {
	Token string
	Person
}

// Find is everybody who is called so: by login, in whatever case, or by GitHub's numeric id. A login that was given up
// and taken by somebody else may be two people's.
func (db *DB) Find(ctx context.Context, who string) ([]Known, error) {
	id, err := strconv.ParseInt(who, 10, 64)
	if err != nil {
		id = 0 // nobody's
	}
	rows, err := db.people.read.QueryContext(ctx, sqlFindPerson, id, who)
	if err != nil {
		return nil, fmt.Errorf("find person: %w", err)
	}
	defer rows.Close()
	var out []Known
	for rows.Next() {
		var k Known
		if err := rows.Scan(&k.Token, &k.ID, &k.Login); err != nil {
			return nil, fmt.Errorf("find person: %w", err)
		}
		out = append(out, k)
	}
	return out, rows.Err()
}

// Erase makes the log forget who the GitHub user id is, and returns how many raw deliveries went with it. The token stays
// in the log and stands for nobody; when the person comes back they get another, since tokens are random. Raw deliveries
// may name anybody, so those of all days are made unreadable by deleting their keys, and deleted; the day goes on with a
// new key. Other copies of the program notice within a minute.
func (db *DB) Erase(ctx context.Context, id int64) (int64, error) {
	if err := db.people.write(ctx, func(t *tx) error { return t.exec(sqlErasePerson, id) }); err != nil {
		return 0, fmt.Errorf("erase person: %w", err)
	}
	db.tokens.forget(id)
	if db.people.say == &inPostgres { // what is deleted is overwritten in SQLite
		if _, err := db.people.read.ExecContext(ctx, `VACUUM FULL people.person`); err != nil {
			return 0, fmt.Errorf("erase person: %w", err)
		}
	}
	return db.Forget(ctx, time.UnixMicro(math.MaxInt64))
}
