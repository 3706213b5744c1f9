package eventlog

import (
	"context"
	"database/sql"
	"encoding/base32"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

// Person is who is behind a token.
type Person struct {
	ID    int64  // GitHub's numeric id of the user
	Login string // the newest that was told
}

// tokenCacheSize bounds the memory for people; where it is reached, the cache begins anew.
const tokenCacheSize = 20_000

// tokenCache spares a read for each person in each payload.
type tokenCache struct {
	mu    sync.Mutex
	m     map[int64]knownPerson
	asked shared[Person, string]
}

type knownPerson struct {
	token, login string
	at           time.Time // when it was read: another process may erase it
}

// trust is for how long what was read of people.db is believed; see Erase.
const trust = time.Minute

func fresh(read, now time.Time) bool { return now.Sub(read) < trust }

// Token is the name under which the log knows the GitHub user id: 128 random bits, the same for as long as people.db
// knows the user. It remembers login, unless that is empty. It is on disk when Token returns.
func (db *DB) Token(ctx context.Context, id int64, login string) (string, error) {
	if id <= 0 {
		return "", fmt.Errorf("token for user id %d: not an id", id)
	}
	now := db.now()
	p, ok := db.tokens.get(id)
	if ok && fresh(p.at, now) && p.goesBy(login) {
		return p.token, nil
	}
	login = strings.Clone(login) // it is remembered, and must not hold on to a whole payload
	token, err := db.tokens.asked.get(ctx, Person{id, login}, func(ctx context.Context) (string, error) {
		p, err := db.person(ctx, id, login, ok)
		if err == nil {
			db.tokens.put(id, p, now)
		}
		return p.token, err
	})
	if err != nil {
		return "", fmt.Errorf("token for user id %d: %w", id, err)
	}
	return token, nil
}

// person reads who is there already, if they are known from before, or writes who is not.
func (db *DB) person(ctx context.Context, id int64, login string, known bool) (p knownPerson, err error) {
	if known && db.people.read.QueryRowContext(ctx, sqlToken, id).Scan(&p.token, &p.login) == nil && p.goesBy(login) {
		return p, nil
	}
	err = db.people.write(ctx, func(t *tx) (err error) {
		p, err = t.person(id, login, db.rand)
		return err
	})
	return p, err
}

// goesBy says whether a login is no news.
func (p knownPerson) goesBy(login string) bool { return login == "" || p.login == login }

// Person is who is behind a token, and whether anybody is: who was erased is not.
func (db *DB) Person(ctx context.Context, token string) (Person, bool, error) {
	var p Person
	err := db.people.read.QueryRowContext(ctx, sqlPerson, token).Scan(&p.ID, &p.Login)
	if errors.Is(err, sql.ErrNoRows) {
		return Person{}, false, nil
	}
	if err != nil {
		return Person{}, false, fmt.Errorf("person %s: %w", token, err)
	}
	return p, true, nil
}

func (t *tx) person(id int64, login string, random io.Reader) (knownPerson, error) {
	for {
		var p knownPerson
		known, err := none(t.row(sqlToken, []any{id}, &p.token, &p.login))
		switch {
		case err != nil:
			return p, err
		case known && p.goesBy(login):
			return p, nil
		case known:
			p.login = login
			return p, t.exec(sqlRename, login, id)
		}
		p = knownPerson{login: login}
		if p.token, err = newToken(random); err != nil {
			return p, err
		}
		added, err := none(t.row(sqlAddPerson, []any{p.token, id, login}, new(string)))
		if added || err != nil {
			return p, err
		}
		// Another copy of the program has just added the person; or the token is taken, since a source that is seeded,
		// as in stories, repeats itself after a restart.
	}
}

func newToken(random io.Reader) (string, error) {
	bits := make([]byte, 16)
	_, err := io.ReadFull(random, bits)
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(bits)), err
}

func (c *tokenCache) forget(id int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.m, id)
}

func (c *tokenCache) get(id int64) (knownPerson, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	p, ok := c.m[id]
	return p, ok
}

func (c *tokenCache) put(id int64, p knownPerson, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	p.at = now
	if c.m == nil || len(c.m) >= tokenCacheSize {
		c.m = map[int64]knownPerson{}
	}
	c.m[id] = p
}
