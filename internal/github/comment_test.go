package github_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/github"
	"github.com/pitcrew-app/pitcrew/rules"
)

// comment is our comment, which says so.
func comment(existing int64, says string) rules.WriteComment {
	return rules.WriteComment{Number: 7, Existing: existing, Body: rules.CommentMark + says}
}

// Ours is the comment by our bot that begins with our mark, on whatever page it is.
func TestOwnComment(t *testing.T) {
	l := newLab(t, open)
	ref := l.ref("acme/api")
	find := func() rules.OwnComment {
		t.Helper()
		ours, err := l.c.Comment(t.Context(), ref, 7)
		if err != nil {
			t.Fatal(err)
		}
		return ours
	}
	for i := range 101 {
		l.exec(fmt.Sprintf(`comment 7 bob "<!-- pitcrew -->\nForged %d."`, i))
	}
	l.exec(`call POST /repos/acme/api/issues/7/comments {"body": "without our mark"} by pitcrew[bot]`)
	equal(t, "none", find(), rules.OwnComment{})
	first := l.do(comment(0, "Waits."))
	if first.Outcome != github.Done || first.Comment == 0 {
		t.Fatalf("%+v", first)
	}
	equal(t, "written", find(), rules.OwnComment{ID: first.Comment, Digest: rules.Digest(comment(0, "Waits.").Body)})
	l.wait(2 * time.Second)
	second := l.do(comment(first.Comment, "Merged."))
	equal(t, "the same", second.Comment, first.Comment)
	equal(t, "changed", find(), rules.OwnComment{ID: first.Comment, Digest: rules.Digest(comment(0, "Merged.").Body)})
}

func TestCommentReplies(t *testing.T) {
	for _, c := range []struct {
		name, line string
		existing   bool
		want       github.Outcome
		status     int
	}{
		{"no answer", "fail comment timeout", false, github.Unknown, 0},
		{"no such pull request", "fail comment 404", false, github.Gone, 404},
		{"deleted", "own-comment 7 delete", true, github.Unknown, 404},
		{"locked", "lock 7 on", false, github.Refused, 403},
		{"locked, and there", "lock 7 on", true, github.Done, 200},
		{"a limit", "fail comment limit retry-after 60", true, github.Limited, 403},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLab(t, open)
			id := int64(0)
			if c.existing {
				id = l.do(comment(0, "Waits.")).Comment
				l.wait(2 * time.Second)
			}
			l.exec(c.line)
			if r := l.do(comment(id, "Merged.")); r.Outcome != c.want || r.Status != c.status {
				t.Errorf("%+v, want %s %d", r, c.want, c.status)
			}
		})
	}
}

// What is longer than GitHub takes is cut between characters.
func TestLongComment(t *testing.T) {
	l := newLab(t, open)
	if r := l.do(comment(0, strings.Repeat("é", 40000))); r.Outcome != github.Done {
		t.Errorf("%+v", r)
	}
}
