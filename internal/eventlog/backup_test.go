package eventlog_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/internal/pgtest"
	"github.com/pitcrew-app/pitcrew/rules"
)

// places are where a log can be, and a backup can go.
var places = map[string]func(*testing.T) string{
	"files":    func(t *testing.T) string { return t.TempDir() },
	"database": func(t *testing.T) string { return pgtest.Database(t) },
}

// fill puts something into each table.
func fill(t *testing.T, db *eventlog.DB) {
	t.Helper()
	ana, err := db.Token(ctx, 1, "ana")
	check(t, err)
	e := event("push", pr7)
	e.Actor, e.Facts, e.MustShow = ana, json.RawMessage(`{"n":9007199254740993,"t":"<\u2028é"}`), json.RawMessage(`{"head":"a1"}`)
	add(t, db, eventlog.Append{
		Delivery: "g1", Received: start, Events: []eventlog.Event{e, event("label", pr8)}, Marks: []eventlog.Mark{{Subject: pr7, Touches: []string{"head"}}, {Subject: trunk, At: at(6000)}},
		Heads: []eventlog.HeadOf{{Repo: 12, SHA: "a1", Number: 7}}, Memory: map[rules.Subject]eventlog.Memory{pr7: {Seq: 1, Doc: json.RawMessage(`{"a":1}`)}},
		Cursors: map[string]string{"repo:12": "acme/api\nwith two lines"}, Raw: []byte("{}"), Headers: map[string]string{"X-GitHub-Event": "push"},
	})
	check(t, db.Change(ctx, "limit:1", func([]byte) ([]byte, error) { return []byte(`{"used":1}`), nil }))
	finish(t, db, claimed(t, db, at(0), pr7), eventlog.Finish{Waits: []string{"review"}, Again: at(3600)})
	add(t, db, eventlog.Append{Delivery: "g2", Received: at(1), Events: []eventlog.Event{event("review", pr7)}, Marks: []eventlog.Mark{{Subject: pr7, Touches: []string{"review"}}}})
	claimed(t, db, at(2), pr7) // and whoever holds it is lost
}

func backUp(t *testing.T, where string, o eventlog.BackupOptions) ([]byte, eventlog.Contents) {
	t.Helper()
	if o.Now == nil {
		o.Now = func() time.Time { return at(100) }
	}
	var file bytes.Buffer
	made, err := eventlog.Backup(ctx, where, &file, o)
	check(t, err)
	read, err := eventlog.ReadBackup(bytes.NewReader(file.Bytes()))
	check(t, err)
	equal(t, "read back", read, made)
	return file.Bytes(), made
}

// linesOf are a backup's tables and rows, each table in an order of its own; without what restoring changes.
func linesOf(t *testing.T, backup []byte) map[string][]string {
	t.Helper()
	z, err := zstd.NewReader(bytes.NewReader(backup))
	check(t, err)
	defer z.Close()
	text, err := io.ReadAll(z)
	check(t, err)
	tables, table := map[string][]string{}, ""
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		switch {
		case strings.HasPrefix(line, `{"table"`):
			table = line
			tables[table] = nil
		case strings.HasPrefix(line, "[") && !strings.Contains(table, "log.position"):
			tables[table] = append(tables[table], line)
		}
	}
	for _, rows := range tables {
		slices.Sort(rows)
	}
	return tables
}

// A backup of either database fills either, with every row as it was, and work goes on from there.
func TestBackup(t *testing.T) {
	for from, source := range places {
		for to, target := range places {
			t.Run(from+" to "+to, func(t *testing.T) {
				where, there := source(t), target(t)
				db := openAt(t, where)
				fill(t, db)
				backup, made := backUp(t, where, eventlog.BackupOptions{}) // while it is open
				for table, rows := range made.Rows {
					if rows == 0 {
						t.Errorf("nothing of %s is in the backup: fill it in this test", table)
					}
				}
				after := add(t, db, eventlog.Append{Delivery: "g3", Events: []eventlog.Event{event("late", pr8)}})
				check(t, db.Close())

				restored, err := eventlog.Restore(ctx, there, bytes.NewReader(backup), at(100).Add(time.Hour))
				check(t, err)
				equal(t, "restored", restored, made)
				again, _ := backUp(t, there, eventlog.BackupOptions{})
				if diff := cmp.Diff(linesOf(t, backup), linesOf(t, again)); diff != "" {
					t.Errorf("rows differ (-backup +restored):\n%s", diff)
				}
				worksOn(t, openAt(t, there), after.Last)
			})
		}
	}
}

// worksOn sees that a restored log is one: given is the highest number that was given after the backup.
func worksOn(t *testing.T, db *eventlog.DB, given int64) {
	t.Helper()
	equal(t, "what was in it is a duplicate", add(t, db, eventlog.Append{Delivery: "g1"}).Duplicate, true)
	body, headers, err := db.Raw(ctx, "g1")
	check(t, err)
	equal(t, "raw", string(body)+headers["X-GitHub-Event"], "{}push")
	events, err := db.Events(ctx, eventlog.Query{})
	check(t, err)
	p, known, err := db.Person(ctx, events[0].Actor)
	check(t, err)
	equal(t, "who did it", fmt.Sprint(p, known), "{1 ana} true")
	out := add(t, db, eventlog.Append{Delivery: "g3", Events: []eventlog.Event{event("late", pr8)}})
	if out.Duplicate || out.First <= given {
		t.Errorf("the first new event has number %d, and %d was given before", out.First, given)
	}
	claimed(t, db, at(200), pr7)
}

func TestRestoreRefuses(t *testing.T) {
	source := t.TempDir()
	fill(t, openAt(t, source))
	backup, _ := backUp(t, source, eventlog.BackupOptions{})
	for name, place := range places {
		t.Run(name, func(t *testing.T) {
			where := place(t)
			for cut := 0; cut < len(backup); cut += 1 + len(backup)/7 {
				if _, err := eventlog.Restore(ctx, where, bytes.NewReader(backup[:cut]), at(0)); err == nil {
					t.Errorf("restored from its first %d of %d bytes", cut, len(backup))
				}
			}
			for i := 0; i < len(backup); i += 1 + len(backup)/31 {
				harmed := bytes.Clone(backup)
				harmed[i] ^= 0x20
				if _, err := eventlog.Restore(ctx, where, bytes.NewReader(harmed), at(0)); err == nil {
					t.Errorf("restored with byte %d of %d changed", i, len(backup))
				}
			}
			nothingAt(t, where)
			_, err := eventlog.Restore(ctx, where, bytes.NewReader(backup), at(0)) // nothing was in the way
			check(t, err)
			var full eventlog.NotEmptyError
			if _, err := eventlog.Restore(ctx, where, bytes.NewReader(backup), at(0)); !errors.As(err, &full) {
				t.Errorf("restored over what was there: %v", err)
			}
		})
	}
}

// nothingAt sees that a restore that failed has left nothing.
func nothingAt(t *testing.T, where string) {
	t.Helper()
	if eventlog.IsURL(where) {
		schemas, err := eventlog.Schemas(where)
		check(t, err)
		equal(t, "version of what is left", schemas[0].Have+schemas[1].Have, 0)
		return
	}
	left, err := filepath.Glob(filepath.Join(where, "*.db*"))
	check(t, err)
	equal(t, "files left", len(left), 0)
}

// rewritten is a backup with lines changed; its last line fits them, unless that itself is changed.
func rewritten(t *testing.T, backup []byte, old, with string) []byte {
	t.Helper()
	z, err := zstd.NewReader(bytes.NewReader(backup))
	check(t, err)
	defer z.Close()
	text, err := io.ReadAll(z)
	check(t, err)
	if !bytes.Contains(text, []byte(old)) {
		t.Fatalf("the backup has no %s", old)
	}
	at := bytes.Index(text, []byte(`{"end"`))
	lines, end := text[:at], text[at:]
	if bytes.Contains(lines, []byte(old)) {
		text = eventlog.Sealed(bytes.Replace(lines, []byte(old), []byte(with), 1), end)
	} else {
		text = bytes.Replace(text, []byte(old), []byte(with), 1)
	}
	var out bytes.Buffer
	w, err := zstd.NewWriter(&out)
	check(t, err)
	_, err = w.Write(text)
	check(t, errors.Join(err, w.Close()))
	return out.Bytes()
}

func TestRestoreSaysWhy(t *testing.T) {
	source := t.TempDir()
	fill(t, openAt(t, source))
	backup, _ := backUp(t, source, eventlog.BackupOptions{})
	for _, c := range []struct{ name, old, with, want string }{
		{"form", `"form":1`, `"form":2`, "a newer pitcrew has made this backup: it has form 2"},
		{"something else", `"backup":"pitcrew"`, `"backup":"other"`, "this is no backup that pitcrew made"},
		{"tables", `"people":`, `"people":9`, "a newer pitcrew has written it"},
		{"no people", `"people":`, `"nobody":`, "the backup has no tables of the people"},
		{"column", `"columns":["name","value"]`, `"columns":["name","value; --"]`, "log.cursor is no table of this pitcrew"},
		{"table", `"log.cursor"`, `"ledger.pull"`, "ledger.pull is no table of this pitcrew"},
		{"moments", `[1,"g1",`, `[99,"g1",`, "the backup is not of one moment"},
		{"sum", `"sha256":"`, `"sha256":"0`, "it is damaged"},
		{"rows lost", `"log.event":3`, `"log.event":4`, "it is damaged"},
		{"twice", "[\"limit:1\",\"{\\\"used\\\":1}\"]\n", "[\"limit:1\",\"{}\"]\n[\"limit:1\",\"{}\"]\n", "log.document"},
		{"width", `["limit:1",`, `["limit:1",null,`, "a row of log.document has 3 values for 2 columns"},
	} {
		for name, place := range places {
			t.Run(c.name+" "+name, func(t *testing.T) {
				where := place(t)
				_, err := eventlog.Restore(ctx, where, bytes.NewReader(rewritten(t, backup, c.old, c.with)), at(0))
				nothingAt(t, where)
				if err == nil || !strings.Contains(err.Error(), c.want) {
					t.Errorf("%v\nwant in it: %s", err, c.want)
				}
			})
		}
	}
}

// While deliveries of new people arrive, each backup has what was acknowledged before it began, and whatever else it has
// is whole: who did it is known, and what was received can be read.
func TestBackupWhileWriting(t *testing.T) {
	for name, place := range places {
		t.Run(name, func(t *testing.T) {
			where := place(t)
			db, err := eventlog.Open(where, eventlog.Options{Unsynced: true})
			check(t, err)
			t.Cleanup(func() { check(t, db.Close()) })
			var mu sync.Mutex
			acknowledged, stop := 0, make(chan struct{})
			var writing sync.WaitGroup
			writing.Go(func() {
				for i := 1; i <= 300; i++ {
					select {
					case <-stop:
						return
					default:
					}
					e := event("push", pr7)
					var err error
					if e.Actor, err = db.Token(ctx, int64(i), fmt.Sprint("p", i)); err != nil {
						t.Error(err)
					}
					// Each on a day of its own, so that each needs a key of its own.
					a := eventlog.Append{Delivery: fmt.Sprint(i), Received: start.AddDate(0, 0, i), Raw: []byte("{}"), Events: []eventlog.Event{e}}
					if _, err := db.Append(ctx, a); err != nil {
						t.Error(err)
					}
					mu.Lock()
					acknowledged = i
					mu.Unlock()
				}
			})
			for range 6 {
				mu.Lock()
				before := acknowledged
				mu.Unlock()
				backup, _ := backUp(t, where, eventlog.BackupOptions{})
				wholeAfter(t, backup, before)
			}
			close(stop)
			writing.Wait()
		})
	}
}

func wholeAfter(t *testing.T, backup []byte, acknowledged int) {
	t.Helper()
	dir := t.TempDir()
	_, err := eventlog.Restore(ctx, dir, bytes.NewReader(backup), at(0))
	check(t, err)
	db, err := eventlog.OpenReadOnly(dir)
	check(t, err)
	defer db.Close()
	events, err := db.Events(ctx, eventlog.Query{Limit: 1 << 20})
	check(t, err)
	if len(events) < acknowledged {
		t.Errorf("%d events, and %d were acknowledged before", len(events), acknowledged)
	}
	for _, e := range events {
		if has, err := db.Has(ctx, e.Delivery); err != nil || !has {
			t.Errorf("event %d of %d is there, and its delivery is not (%v)", e.Seq, len(events), err)
		}
	}
	for _, e := range events[max(0, len(events)-3):] { // the newest are those that could be half there
		if _, known, err := db.Person(ctx, e.Actor); err != nil || !known {
			t.Errorf("event %d of %d: nobody knows who did it (%v)", e.Seq, len(events), err)
		}
		if _, _, err := db.Raw(ctx, e.Delivery); err != nil {
			t.Errorf("event %d of %d: %v", e.Seq, len(events), err)
		}
	}
}

func TestBackupWithoutRaw(t *testing.T) {
	source, there := t.TempDir(), t.TempDir()
	fill(t, openAt(t, source))
	backup, made := backUp(t, source, eventlog.BackupOptions{NoRaw: true})
	equal(t, "rows", fmt.Sprint(made.Rows["log.raw"], made.Rows["people.day_key"], made.Rows["log.event"]), "0 0 3")
	_, err := eventlog.Restore(ctx, there, bytes.NewReader(backup), at(0))
	check(t, err)
	if _, _, err := openAt(t, there).Raw(ctx, "g1"); !errors.Is(err, eventlog.ErrNoRaw) {
		t.Errorf("raw delivery: %v", err)
	}
}

// A file that is damaged is told of, and not backed up.
func TestDamagedFile(t *testing.T) {
	dir := t.TempDir()
	db := openAt(t, dir)
	fill(t, db)
	check(t, db.Close())
	files, err := eventlog.Files(ctx, dir)
	check(t, err)
	equal(t, "files", fmt.Sprint(len(files), files[0].DamagedBy, files[0].Bytes > 4096), "2 <nil> true")
	path := filepath.Join(dir, "log.db")
	doc, err := os.ReadFile(path)
	check(t, err)
	copy(doc[2*4096:], bytes.Repeat([]byte{0xa5}, 4096))
	check(t, os.WriteFile(path, doc, 0o600))
	files, err = eventlog.Files(ctx, dir)
	check(t, err)
	if files[0].DamagedBy == nil {
		t.Error("a page of noise is not noticed")
	}
	if _, err := eventlog.Backup(ctx, dir, io.Discard, eventlog.BackupOptions{}); err == nil || !strings.Contains(err.Error(), "log.db is damaged") {
		t.Errorf("backed up: %v", err)
	}
}

// BenchmarkBackup says how many rows a second are written, and restored.
func BenchmarkBackup(b *testing.B) {
	dir := b.TempDir()
	db, err := eventlog.Open(dir, eventlog.Options{Unsynced: true})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	for i := range 20_000 {
		e := event("check_run.completed", pr7)
		e.Facts = json.RawMessage(`{"name":"build","conclusion":"success","head":"0123456789abcdef0123456789abcdef01234567","app":15368}`)
		if _, err := db.Append(ctx, eventlog.Append{Delivery: fmt.Sprint(i), Raw: []byte(`{"action":"completed"}`), Events: []eventlog.Event{e}}); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		var file bytes.Buffer
		begun := time.Now()
		made, err := eventlog.Backup(ctx, dir, &file, eventlog.BackupOptions{})
		if err != nil {
			b.Fatal(err)
		}
		written := time.Now()
		if _, err := eventlog.Restore(ctx, b.TempDir(), bytes.NewReader(file.Bytes()), begun); err != nil {
			b.Fatal(err)
		}
		rows := float64(made.Total())
		b.ReportMetric(rows/written.Sub(begun).Seconds(), "written-rows/s")
		b.ReportMetric(rows/time.Since(written).Seconds(), "restored-rows/s")
		b.ReportMetric(float64(file.Len())/rows, "bytes/row")
	}
}
