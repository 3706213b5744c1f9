package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/rules"
)

// placed is an engine that knows two organisations with two repositories each, of which one is gone, an organisation that is gone,
// and bases in each repository.
func placed(t *testing.T) *Engine {
	t.Helper()
	e := engineAt(t, noon)
	for _, i := range []InstallInfo{{ID: 1, Account: "acme"}, {ID: 2, Account: "globex"}, {ID: 3, Account: "old", Gone: true}, {ID: 4}} {
		know(t, e, i.cursor(), i)
	}
	for _, r := range []RepoInfo{
		{ID: 10, Installation: 1, Owner: "acme", Name: "api"}, {ID: 11, Installation: 1, Owner: "acme", Name: "web"},
		{ID: 20, Installation: 2, Owner: "globex", Name: "api"}, {ID: 21, Installation: 2, Owner: "globex", Name: "was", Gone: true},
		{ID: 30, Installation: 3, Owner: "old", Name: "api"},
	} {
		know(t, e, r.cursor(), r)
		for _, ref := range []string{"main", "release"} {
			quiet(t, e, rules.BaseSubject(r.ID, ref))
		}
	}
	return e
}

func know(t *testing.T, e *Engine, cursor string, v any) {
	t.Helper()
	doc, err := json.Marshal(v)
	if err == nil {
		err = e.Log.SetCursor(context.Background(), cursor, string(doc))
	}
	if err != nil {
		t.Fatal(err)
	}
}

// quiet has a subject looked at, and due no more.
func quiet(t *testing.T, e *Engine, s rules.Subject) {
	t.Helper()
	_, err := e.Log.Append(t.Context(), eventlog.Append{Marks: []eventlog.Mark{{Subject: s}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range claims(t, e) {
		if err := e.Log.Finish(t.Context(), c, eventlog.Finish{}); err != nil {
			t.Fatal(err)
		}
	}
}

func claims(t *testing.T, e *Engine) []eventlog.Claim {
	t.Helper()
	list, err := e.Log.Claim(t.Context(), noon.AddDate(9, 0, 0), time.Minute, "test", 100)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// due takes what is due, in order.
func due(t *testing.T, e *Engine) string {
	t.Helper()
	var names []string
	for _, c := range claims(t, e) {
		names = append(names, string(c.Subject))
	}
	slices.Sort(names)
	return fmt.Sprint(names)
}

func place(t *testing.T, e *Engine, name string) Place {
	t.Helper()
	p, err := FindPlace(t.Context(), e.Log, name)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestPlaces(t *testing.T) {
	e := placed(t)
	all, err := Places(t.Context(), e.Log)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, p := range all {
		names = append(names, fmt.Sprintf("%s %s %d %t", p.Name, p.Subject, p.Installation, p.Org()))
	}
	want := []string{"acme installation:1 1 true", "acme/api repo:10 1 false", "acme/web repo:11 1 false", "globex installation:2 2 true", "globex/api repo:20 2 false"}
	if !slices.Equal(names, want) {
		t.Errorf("%q, want %q", names, want)
	}
	if p := place(t, e, "ACME/Api"); p.Subject != rules.RepoSubject(10) {
		t.Errorf("in another case: %v", p)
	}
}

// A name that nothing has is answered with what is near it: organisations, and the repositories of that owner.
func TestUnknownPlace(t *testing.T) {
	for _, c := range []struct {
		e    *Engine
		name string
		want string
	}{
		{placed(t), "acme/nothing", "it knows acme, acme/api, acme/web, globex"},
		{placed(t), "Globex/was", "it knows acme, globex, globex/api"},
		{placed(t), "initech", "it knows acme, globex"},
		{engineAt(t, noon), "acme", "it knows none yet: the first webhook of an installation tells it"},
	} {
		_, err := FindPlace(t.Context(), c.e.Log, c.name)
		var unknown UnknownPlaceError
		if !errors.As(err, &unknown) || unknown.Hint() != c.want {
			t.Errorf("%s: %v, hint %q, want %q", c.name, err, unknown.Hint(), c.want)
		}
	}
	e := engineAt(t, noon)
	for id := range int64(suggested + 2) {
		know(t, e, RepoInfo{ID: id}.cursor(), RepoInfo{ID: id, Owner: "acme", Name: fmt.Sprint("r", id)})
	}
	_, err := FindPlace(t.Context(), e.Log, "acme/x")
	if unknown := (UnknownPlaceError{}); !errors.As(err, &unknown) || len(unknown.Known) != suggested {
		t.Errorf("of many: %v", unknown.Known)
	}
}

// A pause begins once, is seen by the bases that it is about and by no other, and ends for what was paused.
func TestPauseAndResume(t *testing.T) {
	for _, c := range []struct {
		where, base string
		want        string // the bases that are due
	}{
		{"acme/api", "main", "[base:10:main]"},
		{"acme/api", "", "[base:10:main base:10:release]"},
		{"acme/api", "other", "[]"},
		{"acme", "", "[base:10:main base:10:release base:11:main base:11:release]"},
	} {
		e := placed(t)
		at := place(t, e, c.where)
		p := rules.Pause{Base: c.base, Why: rules.CodePaused, At: noon}
		already, err := Pause(t.Context(), e.Log, at, p)
		if got := due(t, e); err != nil || already != nil || got != c.want {
			t.Errorf("pause %s %s: %v, %v, due %s, want %s", c.where, c.base, already, err, got, c.want)
		}
		head, _ := e.Log.Head(t.Context())
		later := p
		later.At = noon.Add(time.Hour)
		if already, err = Pause(t.Context(), e.Log, at, later); err != nil || already == nil || !already.At.Equal(noon) || already.Org != at.Org() {
			t.Errorf("pause again: %+v, %v", already, err)
		}
		if over, err := Resume(t.Context(), e.Log, at, c.base+"x"); err != nil || len(over) > 0 {
			t.Errorf("resume another base: %v, %v", over, err)
		}
		if now, _ := e.Log.Head(t.Context()); now != head {
			t.Errorf("%s: what changes nothing was written", c.where)
		}
		if already, err = Pause(t.Context(), e.Log, at, rules.Pause{Base: c.base, Why: rules.CodeMismatch, Pull: 7, At: noon}); err != nil || already != nil {
			t.Errorf("pause for another reason: %+v, %v", already, err)
		}
		if already, err = Pause(t.Context(), e.Log, at, rules.Pause{Base: c.base + "x", Why: rules.CodePaused, At: noon}); err != nil || already != nil {
			t.Errorf("pause another base: %+v, %v", already, err)
		}
		over, err := Resume(t.Context(), e.Log, at, c.base)
		if err != nil || len(over) != 2 || over[0].Why != rules.CodePaused || over[1].Why != rules.CodeMismatch {
			t.Errorf("resume: %v, %v", over, err)
		}
		left, err := PausesOf(t.Context(), e.Log, 10, 1)
		if err != nil || len(left) != 1 || left[0].Base != c.base+"x" {
			t.Errorf("left: %v, %v", left, err)
		}
	}
}

// All pauses are listed with their places, oldest first; those of a place that is gone are not, and come back with it.
func TestAllPaused(t *testing.T) {
	e := placed(t)
	listed := func() (names []string) {
		t.Helper()
		all, err := AllPaused(t.Context(), e.Log)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range all {
			names = append(names, fmt.Sprint(p.Name, " ", p.Base))
		}
		return names
	}
	if got := listed(); len(got) > 0 {
		t.Errorf("nothing is paused, listed: %q", got)
	}
	for i, c := range []struct{ where, base string }{{"globex/api", ""}, {"acme", ""}, {"acme/api", "main"}} {
		if _, err := Pause(t.Context(), e.Log, place(t, e, c.where), rules.Pause{Base: c.base, Why: rules.CodePaused, At: noon.Add(-time.Duration(i) * time.Minute)}); err != nil {
			t.Fatal(err)
		}
	}
	if want := []string{"acme/api main", "acme ", "globex/api "}; !slices.Equal(listed(), want) {
		t.Errorf("%q, want %q", listed(), want)
	}
	info := RepoInfo{ID: 20, Installation: 2, Owner: "globex", Name: "api", Gone: true}
	know(t, e, info.cursor(), info)
	if want := []string{"acme/api main", "acme "}; !slices.Equal(listed(), want) {
		t.Errorf("one gone: %q, want %q", listed(), want)
	}
	if all, err := PausesOf(t.Context(), e.Log, 10, 1); err != nil || len(all) != 2 {
		t.Errorf("of a repository and its organisation: %v, %v", all, err)
	}
}
