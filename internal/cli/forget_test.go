package cli

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
)

// peopled is a directory whose log knows two people who were called ana one after the other, and bo.
func peopled(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	log, err := eventlog.Open(dir, eventlog.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for id, login := range map[int64]string{11: "ana", 12: "bo", 13: "Ana"} {
		if _, err := log.Token(context.Background(), id, login); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := log.Append(context.Background(), eventlog.Append{Delivery: "one", Raw: []byte(`{"login":"bo"}`)}); err != nil {
		t.Fatal(err)
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestForget(t *testing.T) {
	dir := peopled(t)
	env := map[string]string{"PITCREW_DATA": dir}
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"bo"}, 1, "bo, GitHub's user 12, would be forgotten for good, and all raw deliveries deleted.\nNothing was changed. To do it, add --yes.\n"},
		{[]string{"zed", "--yes"}, 2, `nobody called "zed" is known`},
		{[]string{"ana", "--yes"}, 2, `"ana" may be the users 11 and 13`},
		{[]string{"BO", "--yes"}, 0, "bo, GitHub's user 12, is forgotten. Raw deliveries deleted: 1.\n"},
		{[]string{"bo"}, 2, `nobody called "bo" is known`},
		{[]string{"13", "--yes"}, 0, "Ana, GitHub's user 13, is forgotten. Raw deliveries deleted: 0.\n"},
		{[]string{"ana"}, 1, "ana, GitHub's user 11, would be forgotten"},
		{nil, 2, "forget: "},
	} {
		got := enter(t, time.Time{}, env, append([]string{"forget"}, c.args...)...)
		if got.code != c.code || !strings.Contains(got.out+got.err, c.says) {
			t.Errorf("forget %v: exit %d, %s%s, want %d, %s", c.args, got.code, got.out, got.err, c.code, c.says)
		}
	}
	if got := enter(t, time.Time{}, map[string]string{"PITCREW_DATA": dir + "/none"}, "forget", "bo", "--yes"); got.code != 2 || !strings.Contains(got.err, "there is no log in") {
		t.Errorf("without a log: exit %d, %s", got.code, got.err)
	}
}
