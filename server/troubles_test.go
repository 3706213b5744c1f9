package server

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/pitcrew-app/pitcrew/internal/github"
	"github.com/pitcrew-app/pitcrew/rules"
)

func TestTroublesKnowEveryCause(t *testing.T) {
	for _, cause := range github.Causes {
		if tr := troubles[cause]; tr.name == "" || tr.what == "" || tr.whose == "" || tr.can == "" || tr.state == "" {
			t.Errorf("%s: %+v", cause, tr)
		}
	}
	if len(troubles) != len(github.Causes) {
		t.Errorf("%d troubles for %d causes", len(troubles), len(github.Causes))
	}
}

func TestGitHubsTroubleAndOurs(t *testing.T) {
	at := time.Date(2026, 11, 2, 2, 41, 0, 0, time.UTC)
	failing := func(cause github.Cause, failure string) github.Vitals {
		return github.Vitals{Failing: at, Cause: cause, Failure: failure}
	}
	for _, c := range []struct {
		name  string
		v     github.Vitals
		state rules.State
		says  string
	}{
		{"never asked", github.Vitals{}, rules.Off, "GitHub was not asked for anything yet."},
		{"well", github.Vitals{Answered: at}, rules.Done, "It answers."},
		{"down", failing(github.CauseServer, "502"), rules.Waiting, "GitHub has answered 502 since 02:41:00 UTC: GitHub's trouble, not ours."},
		{"slow", failing(github.CauseTimeout, "no answer"), rules.Waiting, "GitHub has given no answer within 10 s since 02:41:00 UTC"},
		{"name server", failing(github.CauseName, "no answer"), rules.NeedsYou, "our name server's trouble, not GitHub's"},
		{"certificate", failing(github.CauseCertificate, "no answer"), rules.NeedsYou, "This machine has not taken GitHub's certificate"},
		{"key", github.Vitals{Answered: at, Refused: at}, rules.NeedsYou, "GitHub has refused the App's key or tokens since 02:41:00 UTC: our App's trouble"},
	} {
		got := githubCheck(c.v)
		if got.State != c.state || !strings.Contains(got.Says, c.says) {
			t.Errorf("%s: %s %s\nwant %s %s", c.name, got.State, got.Says, c.state, c.says)
		}
		if (got.Can == "") != (c.state == rules.Off || c.state == rules.Done) {
			t.Errorf("%s: what can be done is %q", c.name, got.Can)
		}
	}
	lately := troublesOf(github.Vitals{Asked: 9, Failed: map[github.Cause]int{github.CauseLimit: 2, github.CauseKey: 1}})
	if len(lately) != 2 || lately[0].Name != "key or token refused" || lately[1].N != 2 {
		t.Errorf("lately: %+v", lately)
	}
}

func TestStorageTrouble(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{errors.New("commit: database or disk is full (13)"), "the disk is full"},
		{fmt.Errorf("write: %w", syscall.ENOSPC), "the disk is full"},
		{&pgconn.PgError{Code: "53100", Message: "could not extend file"}, "the disk is full"},
		{errors.New("disk I/O error (10)"), "the disk gives errors"},
		{errors.New("attempt to write a readonly database (8)"), "the disk takes no writes"},
		{errors.New("database disk image is malformed (11)"), "a file is damaged"},
		{errors.New("failed to connect to `host=db`"), "the database does not answer"},
		{&pgconn.PgError{Code: "25006", Message: "cannot execute INSERT in a read-only transaction"}, "the database refuses it (cannot execute INSERT in a read-only transaction)"},
		{context.DeadlineExceeded, "it does not answer in time"},
		{errors.New("something else"), "something else"},
	} {
		got := storageCheck(c.err)
		if got.State != rules.Stopped || !strings.HasPrefix(got.Says, "The log cannot be written: "+c.want+". That is our trouble") || got.Can == "" {
			t.Errorf("%v: %s %q", c.err, got.Says, got.Can)
		}
	}
	if got := storageCheck(nil); got.State != rules.Done {
		t.Errorf("nothing wrong: %+v", got)
	}
}
