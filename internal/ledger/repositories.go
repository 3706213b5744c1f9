package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/rules"
)

// Repository is a repository by its name, which is an attribute that changes; the id is the key.
type Repository struct {
	ID            int64
	Installation  int64
	Owner, Name   string
	DefaultBranch string
	Private       bool
	Archived      bool
	Gone          bool // no longer ours to see
}

// FullName is owner/name.
func (r Repository) FullName() string { return r.Owner + "/" + r.Name }

// directory has the names of all repositories. They are beside the log, as cursors "repo:<id>", because an owner may be
// a person; so they are held in memory and written into no table.
type directory struct {
	mu     sync.Mutex
	loaded bool
	byID   map[int64]Repository
	byName map[string]int64
	order  []Repository   // by name; nil: must be sorted anew
	stale  map[int64]bool // to be read again
}

// touch forgets what events may have changed. A name is written in the transaction of an event about its repository,
// or about the installation.
func (d *directory) touch(events []eventlog.Event) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, e := range events {
		if strings.HasPrefix(e.Kind, "installation") || e.Repository == 0 && !ours(e) {
			d.loaded = false
		}
		if _, known := d.byID[e.Repository]; known && ours(e) {
			continue
		}
		if e.Repository != 0 && d.stale != nil {
			d.stale[e.Repository] = true
		}
	}
}

const repoCursor = "repo:"

// Repository is the repository of an id, and whether its name is known.
func (l *Ledger) Repository(ctx context.Context, id int64) (Repository, bool, error) {
	l.names.mu.Lock()
	defer l.names.mu.Unlock()
	if err := l.loadNames(ctx, false); err != nil {
		return Repository{}, false, err
	}
	r, ok := l.names.byID[id]
	return r, ok, nil
}

// RepositoryNamed finds a repository by owner/name; case does not matter.
func (l *Ledger) RepositoryNamed(ctx context.Context, name string) (Repository, bool, error) {
	l.names.mu.Lock()
	defer l.names.mu.Unlock()
	for _, again := range []bool{false, true} {
		if err := l.loadNames(ctx, again); err != nil {
			return Repository{}, false, err
		}
		if id, ok := l.names.byName[strings.ToLower(name)]; ok {
			return l.names.byID[id], true, nil
		}
	}
	return Repository{}, false, nil
}

// RepositoryRow is a repository with how it stands.
type RepositoryRow struct {
	Repository
	Modes map[string]Mode     // by chore; one that is absent was never decided
	Open  map[rules.State]int // open pull requests, by the state of their newest answers
}

// Repositories is one page of all repositories by name, and how many there are. Those that are gone are left out.
func (l *Ledger) Repositories(ctx context.Context, offset, limit int) ([]RepositoryRow, int, error) {
	all, err := l.allRepositories(ctx)
	if err != nil {
		return nil, 0, fmt.Errorf("read repositories: %w", err)
	}
	from := min(max(offset, 0), len(all))
	var rows []RepositoryRow
	for _, r := range all[from:min(from+limit, len(all))] {
		row, err := l.RepositoryState(ctx, r)
		if err != nil {
			return nil, 0, err
		}
		rows = append(rows, row)
	}
	return rows, len(all), nil
}

// RepositoryState says how a repository stands.
func (l *Ledger) RepositoryState(ctx context.Context, r Repository) (RepositoryRow, error) {
	row := RepositoryRow{Repository: r, Modes: map[string]Mode{}}
	type mode struct {
		rule string
		mode Mode
	}
	modes, err := collect(ctx, l.db, func(rows *sql.Rows, m *mode) error { return rows.Scan(&m.rule, &m.mode) },
		"SELECT rule, mode FROM chore WHERE repository = $1", r.ID)
	if err != nil {
		return row, fmt.Errorf("read chores of %s: %w", r.FullName(), err)
	}
	for _, m := range modes {
		row.Modes[m.rule] = m.mode
	}
	row.Open, err = l.Counts(ctx, r.ID)
	return row, err
}

func (l *Ledger) allRepositories(ctx context.Context) ([]Repository, error) {
	d := &l.names
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := l.loadNames(ctx, false); err != nil {
		return nil, err
	}
	if d.order == nil {
		d.order = []Repository{}
		for _, r := range d.byID {
			if !r.Gone {
				d.order = append(d.order, r)
			}
		}
		slices.SortFunc(d.order, func(a, b Repository) int {
			return strings.Compare(strings.ToLower(a.FullName()), strings.ToLower(b.FullName()))
		})
	}
	return d.order, nil
}

// loadNames reads what is not known yet; again, everything. The directory is locked.
func (l *Ledger) loadNames(ctx context.Context, again bool) error {
	d := &l.names
	if !d.loaded || again {
		docs, err := l.log.Cursors(ctx, repoCursor)
		if err != nil {
			return err
		}
		d.byID, d.byName, d.stale, d.order = map[int64]Repository{}, map[string]int64{}, map[int64]bool{}, nil
		for name, doc := range docs {
			d.put(name, doc)
		}
		d.loaded = true
		return nil
	}
	for id := range d.stale {
		name := repoCursor + strconv.FormatInt(id, 10)
		doc, err := l.log.Cursor(ctx, name)
		if err != nil {
			return err
		}
		d.put(name, doc)
		delete(d.stale, id)
	}
	return nil
}

func (d *directory) put(cursor, doc string) {
	id, err := strconv.ParseInt(strings.TrimPrefix(cursor, repoCursor), 10, 64)
	if err != nil || doc == "" {
		return
	}
	var named struct {
		Installation  int64  `json:"installation"`
		Owner         string `json:"owner"`
		Name          string `json:"name"`
		DefaultBranch string `json:"default_branch"`
		Private       bool   `json:"private"`
		Archived      bool   `json:"archived"`
		Gone          bool   `json:"gone"`
	}
	if json.Unmarshal([]byte(doc), &named) != nil {
		return
	}
	r := Repository{ID: id, Installation: named.Installation, Owner: named.Owner, Name: named.Name,
		DefaultBranch: named.DefaultBranch, Private: named.Private, Archived: named.Archived, Gone: named.Gone}
	if old := d.byID[id]; r.Gone && r.Name == "" { // who takes a repository away does not say its name
		r.Owner, r.Name = old.Owner, old.Name
	}
	if old, ok := d.byID[id]; ok && old == r {
		return
	} else if ok && d.byName[strings.ToLower(old.FullName())] == id {
		delete(d.byName, strings.ToLower(old.FullName()))
	}
	d.byID[id], d.order = r, nil
	if held, taken := d.byName[strings.ToLower(r.FullName())]; !taken || d.byID[held].Gone {
		d.byName[strings.ToLower(r.FullName())] = id
	}
}

// RepositoriesLike are up to n repositories with text in their names, by name.
func (l *Ledger) RepositoriesLike(ctx context.Context, text string, n int) ([]Repository, error) {
	all, err := l.allRepositories(ctx)
	if err != nil {
		return nil, fmt.Errorf("search repositories: %w", err)
	}
	var found []Repository
	for _, r := range all {
		if len(found) < n && strings.Contains(strings.ToLower(r.FullName()), strings.ToLower(text)) {
			found = append(found, r)
		}
	}
	return found, nil
}
