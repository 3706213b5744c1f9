package eventlog_test

import (
	"testing"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/rules"
)

// Subjects that were once due are found by how their names begin, in order, also when nothing is due about them any more.
func testSubjects(t *testing.T, s store) {
	db := s(t)
	var marks []eventlog.Mark
	for _, subject := range []rules.Subject{rules.BaseSubject(12, "release/1"), trunk, rules.BaseSubject(1, "main"), rules.BaseSubject(123, "main"), pr7, rules.RepoSubject(12)} {
		marks = append(marks, eventlog.Mark{Subject: subject})
	}
	add(t, db, eventlog.Append{Marks: marks})
	claims, err := db.Claim(ctx, start, lease, "me", len(marks))
	check(t, err)
	for _, c := range claims {
		check(t, db.Finish(ctx, c, eventlog.Finish{}))
	}
	for prefix, want := range map[string][]rules.Subject{
		"base:12:": {trunk, rules.BaseSubject(12, "release/1")},
		"base:":    {rules.BaseSubject(123, "main"), trunk, rules.BaseSubject(12, "release/1"), rules.BaseSubject(1, "main")},
		"base:2:":  nil,
	} {
		got, err := db.Subjects(ctx, prefix)
		check(t, err)
		equal(t, prefix, got, want)
	}
}
