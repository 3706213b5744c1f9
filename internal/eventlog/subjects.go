package eventlog

import (
	"context"
	"fmt"
	"slices"

	"github.com/pitcrew-app/pitcrew/rules"
)

// Subjects are those that were ever due and were not purged since, of which the names begin with prefix, in order.
func (db *DB) Subjects(ctx context.Context, prefix string) ([]rules.Subject, error) {
	rows, err := db.log.read.QueryContext(ctx, sqlSubjects, prefix)
	if err != nil {
		return nil, fmt.Errorf("subjects %s: %w", prefix, err)
	}
	defer rows.Close()
	var out []rules.Subject
	for rows.Next() {
		var s rules.Subject
		if err := rows.Scan(&s); err != nil {
			return nil, fmt.Errorf("subjects %s: %w", prefix, err)
		}
		out = append(out, s)
	}
	slices.Sort(out) // as bytes, whatever a database thinks of colons
	return out, rows.Err()
}
