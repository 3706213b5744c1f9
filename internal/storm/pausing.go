package storm

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"

	"github.com/pitcrew-app/pitcrew/internal/engine"
	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/internal/oracle"
	"github.com/pitcrew-app/pitcrew/rules"
	"github.com/pitcrew-app/pitcrew/server"
)

// pausing pauses or resumes: "acme/api main by page", "acme". It is asked for as people do: of the program's pages, by the button or
// as the command line asks, or in its log while it is down. A name that the program does not know pauses nothing.
func (w *world) pausing(ctx context.Context, text string, resume bool) error {
	text, page := strings.CutSuffix(text, " by page")
	where, base, _ := strings.Cut(text, " ")
	wish := server.PauseWish{Where: where, Base: base, Resume: resume}
	return w.inLog(func(log *eventlog.DB) error {
		at, err := engine.FindPlace(ctx, log, where)
		if err != nil {
			return nil //nolint:nilerr // nobody knows it
		}
		if w.wished(ctx, log, wish, page) {
			w.tell(at, wish)
		}
		return nil
	})
}

// inLog does something with the log: the program's, or while it is down the one that it left behind, if the disk lets it be opened.
func (w *world) inLog(do func(*eventlog.DB) error) error {
	if w.program != nil {
		return do(w.program.Log)
	}
	log, err := eventlog.Open(w.data, eventlog.Options{Now: w.clock.Now, Rand: w.rand, Unsynced: true, Spoil: w.spoil})
	if err != nil {
		return nil //nolint:nilerr // nobody can
	}
	defer log.Close() //nolint:errcheck // as after a kill
	return do(log)
}

// wished has a wish done, and reports whether it was.
func (w *world) wished(ctx context.Context, log *eventlog.DB, wish server.PauseWish, page bool) bool {
	if w.program == nil {
		_, err := server.Pausing(ctx, log, w.clock.Now(), wish)
		return err == nil
	}
	answer := httptest.NewRecorder()
	w.program.Pages.ServeHTTP(answer, asWritten(ctx, wish, page))
	return answer.Code == http.StatusOK || answer.Code == http.StatusSeeOther
}

// asWritten is a wish as the page's form sends it, or the command line.
func asWritten(ctx context.Context, wish server.PauseWish, page bool) *http.Request {
	const origin = "http://127.0.0.1:8081"
	if !page {
		doc, _ := json.Marshal(wish) // strings and booleans
		r := httptest.NewRequestWithContext(ctx, http.MethodPost, origin+"/api/pauses", strings.NewReader(string(doc)))
		r.Header.Set("Content-Type", "application/json")
		r.RemoteAddr = "127.0.0.1:1"
		return r
	}
	form := url.Values{"where": {wish.Where}, "base": {wish.Base}, "do": {map[bool]string{false: "pause", true: "resume"}[wish.Resume]}}
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, origin+"/pause", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", origin)
	r.RemoteAddr = "127.0.0.1:1"
	return r
}

// tell tells the oracle what is paused or resumed.
func (w *world) tell(at engine.Place, wish server.PauseWish) {
	p := oracle.Pause{Place: at.Subject.RepoID(), Base: wish.Base}
	if at.Org() {
		p.Place = at.Installation
	}
	if wish.Resume {
		w.watch.Resumed(p)
		return
	}
	w.watch.Paused(p)
}

// stopped tells the oracle where the program itself has stopped merging.
func (w *world) stopped(ctx context.Context) error {
	return w.inLog(func(log *eventlog.DB) error {
		all, err := engine.AllPaused(ctx, log)
		for _, p := range all {
			if p.Why == rules.CodeMismatch {
				w.watch.Stopped(p.Subject.RepoID(), p.Pull)
			}
		}
		return err
	})
}

// resumeAll ends every pause.
func (w *world) resumeAll(ctx context.Context) error {
	return w.inLog(func(log *eventlog.DB) error {
		all, err := engine.AllPaused(ctx, log)
		for _, p := range all {
			wish := server.PauseWish{Where: p.Name, Base: p.Pause.Base, Resume: true}
			if w.wished(ctx, log, wish, false) {
				w.tell(p.Place, wish)
			}
		}
		return err
	})
}
