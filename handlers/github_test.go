package handlers_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pitcrew-app/pitcrew/handlers"
	"github.com/pitcrew-app/pitcrew/internal/contract"
	"github.com/pitcrew-app/pitcrew/internal/eventlog"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// received is soon after everything that the payloads tell.
var received = time.Date(2026, 3, 2, 10, 20, 0, 0, time.UTC)

const (
	appID  = 4242
	botID  = 9001
	undone = ".odd" // in the name of a payload that GitHub would not send
)

func github() handlers.GitHub {
	return handlers.GitHub{
		AppID: appID,
		User:  func() int64 { return botID },
		Token: func(_ context.Context, id int64, _ string) (string, error) { return fmt.Sprintf("token%d", id), nil },
	}
}

// payloads are the files of testdata/payloads: EVENT.json, EVENT.ACTION.json, EVENT.ACTION.VARIANT.json.
func payloads(t testing.TB) map[string][]byte {
	t.Helper()
	files, err := filepath.Glob("testdata/payloads/*.json")
	if err != nil || len(files) < 15 {
		t.Fatalf("%d payloads, %v", len(files), err)
	}
	out := map[string][]byte{}
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		out[strings.TrimSuffix(filepath.Base(file), ".json")] = body
	}
	return out
}

func eventOf(name string) string {
	event, _, _ := strings.Cut(name, ".")
	return event
}

// The payloads are what GitHub describes, but for those that stand for what it does not.
func TestPayloadsAreGitHubs(t *testing.T) {
	referee, err := contract.New()
	if err != nil {
		t.Fatal(err)
	}
	for name, body := range payloads(t) {
		if strings.HasSuffix(name, undone) || eventOf(name) == "pull_request_mood" {
			continue
		}
		if err := referee.Webhook(eventOf(name), body); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What each payload means is in testdata/meanings, to be read.
// Shows: C14.
func TestRead(t *testing.T) {
	for name, body := range payloads(t) {
		t.Run(name, func(t *testing.T) {
			got, err := github().Read(t.Context(), eventOf(name), "guid", received, body)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got.Raw, body) || got.Delivery != "guid" || !got.Received.Equal(received) {
				t.Error("the delivery is not kept as it came")
			}
			golden(t, filepath.Join("testdata/meanings", name+".txt"), meaning(got))
		})
	}
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got; -update rewrites it):\n%s", file, diff)
	}
}

// meaning draws an append for a reader.
func meaning(a eventlog.Append) string {
	var b strings.Builder
	for _, e := range a.Events {
		fmt.Fprintf(&b, "event %s %s\n", e.Source, e.Kind)
		fmt.Fprintf(&b, "  about %q in repository %d of installation %d, by %q\n", e.Subject, e.Repository, e.Installation, e.Actor)
		if !e.At.IsZero() {
			fmt.Fprintf(&b, "  at %s\n", e.At.Format(time.RFC3339))
		}
		fmt.Fprintf(&b, "  must show %s\n  facts\n%s", indented(e.MustShow), lines(e.Facts))
	}
	for _, h := range a.Heads {
		fmt.Fprintf(&b, "head %s of %d#%d\n", h.SHA[:4], h.Repo, h.Number)
	}
	for _, m := range a.Marks {
		what := string(m.Subject)
		if m.Head != nil {
			what = fmt.Sprintf("whose head is %s in %d", m.Head.SHA[:4], m.Head.Repo)
		}
		if !m.At.IsZero() {
			what += " at " + m.At.Format("15:04:05.0")
		}
		fmt.Fprintf(&b, "due %s: %s\n", what, strings.Join(m.Touches, " "))
	}
	for _, name := range sorted(a.Cursors) {
		fmt.Fprintf(&b, "cursor %s %s\n", name, a.Cursors[name])
	}
	return b.String()
}

func indented(doc json.RawMessage) string {
	if doc == nil {
		return "nothing"
	}
	return string(doc)
}

// lines is one fact a line.
func lines(doc json.RawMessage) string {
	var facts map[string]json.RawMessage
	if doc != nil && json.Unmarshal(doc, &facts) != nil {
		return string(doc)
	}
	var b strings.Builder
	for _, name := range sorted(facts) {
		fmt.Fprintf(&b, "    %s %s\n", name, facts[name])
	}
	return b.String()
}

func sorted[V any](m map[string]V) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

func TestUnreadable(t *testing.T) {
	for _, body := range []string{"", "null", "[]", "17", `"text"`, "{", `{} {}`, "\xff", strings.Repeat("[", 100_000)} {
		got, err := github().Read(t.Context(), "push", "guid", received, []byte(body))
		if !errors.Is(err, handlers.ErrUnreadable) {
			t.Errorf("%.20q: %v", body, err)
		}
		if len(got.Events) != 1 || got.Events[0].Kind != handlers.KindUnreadable || string(got.Raw) != body || len(got.Marks) > 0 {
			t.Errorf("%.20q: %s", body, meaning(got))
		}
	}
}

// A person who cannot be told is no reason to forget an event: nothing is appended, and GitHub is told so.
func TestTokenFails(t *testing.T) {
	g, broken := github(), errors.New("disk full")
	g.Token = func(context.Context, int64, string) (string, error) { return "", broken }
	got, err := g.Read(t.Context(), "push", "guid", received, payloads(t)["push"])
	if !errors.Is(err, broken) || errors.Is(err, handlers.ErrUnreadable) || len(got.Events) != 0 {
		t.Errorf("%v, %s", err, meaning(got))
	}
}

// Each event that the App asks for, or that GitHub describes, is read on purpose or kept on purpose.
func TestEveryActionOfAPullRequestIsKnown(t *testing.T) {
	body := payloads(t)["pull_request.opened"]
	for _, action := range []string{
		"assigned", "auto_merge_disabled", "auto_merge_enabled", "closed", "converted_to_draft", "demilestoned", "dequeued",
		"edited", "enqueued", "labeled", "locked", "milestoned", "opened", "ready_for_review", "reopened",
		"review_request_removed", "review_requested", "synchronize", "unassigned", "unlabeled", "unlocked",
	} {
		got := read(t, "pull_request", with(t, body, "action", action))
		for _, m := range got.Marks {
			if slices.Contains(m.Touches, "other") {
				t.Errorf("%s is not known", action)
			}
		}
	}
	if got := read(t, "pull_request", with(t, body, "action", "sung_about")); len(got.Marks) != 1 || got.Marks[0].Touches[0] != "other" {
		t.Errorf("a new action: %s", meaning(got))
	}
}

func read(t testing.TB, event string, body []byte) eventlog.Append {
	t.Helper()
	got, err := github().Read(t.Context(), event, "guid", received, body)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// with is body with another value at the path.
func with(t testing.TB, body []byte, path string, value any) []byte {
	t.Helper()
	var doc map[string]any
	if err := json.Unmarshal(body, &doc); err != nil {
		t.Fatal(err)
	}
	here := doc
	steps := strings.Split(path, ".")
	for _, step := range steps[:len(steps)-1] {
		here = here[step].(map[string]any)
	}
	here[steps[len(steps)-1]] = value
	out, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	return out
}
