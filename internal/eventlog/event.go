package eventlog

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/pitcrew-app/pitcrew/rules"
)

// Event is an entry of the log. It holds no login, name, address or free text: people are tokens (see DB.Token).
type Event struct {
	Seq          int64     // its number; given by Append
	Delivery     string    // the delivery that it came with; "" for our own. Given by Append.
	At           time.Time // when it happened; zero in an Append means when it was received
	Received     time.Time // given by Append
	Source       string    // "github", "pitcrew", later others
	Kind         string    // "pull_request.opened", "check_run.completed"; of ours "intent", "outcome", …
	Installation int64
	Repository   int64
	Subject      rules.Subject   // "" where it is about none
	Actor        string          // a person's token, or ""
	MustShow     json.RawMessage // what a snapshot must show before it may decide; nil for nothing
	Facts        json.RawMessage // what the payload said; nil for nothing
}

// Mark makes a subject due.
type Mark struct {
	// Subject is what becomes due. If it is empty, Head says it.
	Subject rules.Subject
	// Head stands for each pull request that has had this commit as its head, for events that name only a commit; if
	// none is known, for the repository. An older head counts: deliveries may come in any order, and a look too many
	// costs less than one too few.
	Head *Head
	// At is when to look; zero means at once. A look made earlier satisfies the mark.
	At time.Time
	// Touches are the kinds of fact that may have changed, compared with Finish.Waits. With none, a look is certain.
	Touches []string
}

// Head is a commit in a repository.
type Head struct {
	Repo int64
	SHA  string
}

// HeadOf says that a commit is the head of a pull request.
type HeadOf struct {
	Repo   int64
	SHA    string
	Number int
}

// Append is what is written in one transaction: all of it, or nothing.
type Append struct {
	Delivery string            // GitHub's X-GitHub-Delivery or the like; "" for our own
	Received time.Time         // zero means Options.Now
	Raw      []byte            // the bytes of the delivery; kept encrypted until Forget
	Headers  map[string]string // kept with Raw
	Events   []Event
	Heads    []HeadOf // remembered before Marks are applied
	Marks    []Mark
	Memory   map[rules.Subject]Memory // see Memory; an older one never replaces a newer one
	Cursors  map[string]string        // as by SetCursor

	// installation is whose turn the marks wait for: that of the events, or else of the look that makes them.
	installation int64
}

// Appended says what became of an Append.
type Appended struct {
	First, Last int64 // numbers of the first and last event; 0 if there were none
	Duplicate   bool  // the delivery was there already, and nothing was changed
}

// Memory is a fold over the events of a subject with Seq up to its own. The events written in the same transaction as
// the memory are not in it, since their numbers are not known before: who reads a memory folds the events after Seq.
type Memory struct {
	Doc json.RawMessage
	Seq int64
}

// Errors that callers branch on.
var (
	ErrFence  = errors.New("the lease went to somebody else") // of Note, Finish, Release and Extend: stop, write nothing
	ErrNoRaw  = errors.New("the raw delivery is not kept")    // of Raw: never kept, or forgotten
	ErrClosed = errors.New("the log is closed")
	ErrInUse  = errors.New("is in use by another pitcrew") // of Open: another process writes to the directory

	// ErrNewer is of everything that writes, from the moment on at which a newer pitcrew has migrated the tables.
	ErrNewer = errors.New("a newer pitcrew has changed the tables, and this one writes nothing any more: stop it, and start the newer one")
)

// prepared is a in the form in which it is stored, or the reason why it cannot be. It leaves a's slices as they are.
func (a Append) prepared(now time.Time) (Append, error) {
	for _, text := range a.texts() {
		// PostgreSQL refuses both (https://www.postgresql.org/docs/current/datatype-character.html).
		if !utf8.ValidString(text) || strings.Contains(text, "\x00") {
			return a, fmt.Errorf("%q is no text", text)
		}
	}
	if a.Received.IsZero() {
		a.Received = now
	}
	events := make([]Event, len(a.Events))
	for i, e := range a.Events {
		if e.Source == "" || e.Kind == "" {
			return a, fmt.Errorf("event %d has no source or no kind", i)
		}
		if e.At.IsZero() {
			e.At = a.Received
		}
		var err error
		if e.MustShow, err = compact(e.MustShow); err != nil {
			return a, fmt.Errorf("event %s: must show: %w", e.Kind, err)
		}
		if e.Facts, err = compact(e.Facts); err != nil {
			return a, fmt.Errorf("event %s: facts: %w", e.Kind, err)
		}
		e.Delivery, e.Received = a.Delivery, a.Received
		a.installation = cmp.Or(a.installation, e.Installation)
		events[i] = e
	}
	a.Events = events
	for _, m := range a.Marks {
		if m.Subject == "" && (m.Head == nil || m.Head.Repo == 0) {
			return a, errors.New("mark has neither a subject nor a head")
		}
	}
	for s, m := range a.Memory {
		if !json.Valid(m.Doc) {
			return a, fmt.Errorf("memory of %s is not JSON", s)
		}
	}
	return a, nil
}

// texts are what is stored as text.
func (a Append) texts() []string {
	out := []string{a.Delivery}
	for _, e := range a.Events {
		out = append(out, e.Source, e.Kind, string(e.Subject), e.Actor, string(e.MustShow), string(e.Facts))
	}
	for _, h := range a.Heads {
		out = append(out, h.SHA)
	}
	for _, m := range a.Marks {
		out = append(append(out, string(m.Subject)), m.Touches...)
	}
	for s, m := range a.Memory {
		out = append(out, string(s), string(m.Doc))
	}
	for name, value := range a.Cursors {
		out = append(out, name, value)
	}
	return out
}

// compact removes insignificant white space; nil and empty stay nil.
func compact(doc json.RawMessage) (json.RawMessage, error) {
	if len(doc) == 0 {
		return nil, nil
	}
	var b bytes.Buffer
	if err := json.Compact(&b, doc); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
