package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/rules"
)

// Propagation is a released version on its way into one repository that uses it.
type Propagation struct {
	Package string
	Version string
	Source  int64         // the repository that was released
	Target  int64         // the repository that uses it
	Number  int           // of the pull request there; 0 while it is not known
	Subject rules.Subject // the release in that repository
}

// foldPropagation notes what was proposed where, and the number of the pull request as soon as it is told.
func foldPropagation(t *tx, e eventlog.Event) error {
	if !ours(e) || !about(e, rules.KindRelease) || e.Subject.Target() == 0 {
		return nil
	}
	switch e.Kind {
	case rules.EventIntended, rules.EventSeen:
		act, to, err := readAct(e)
		if err != nil || act.Kind != rules.KindOpen && act.Kind != rules.KindMove {
			return err
		}
		return proposed(t, e, act.Key, to.Number)
	case rules.EventDecided:
		var d rules.Decided
		if err := json.Unmarshal(e.Facts, &d); err != nil {
			return err
		}
		return numbered(t, e, d.Answers)
	}
	return nil
}

func proposed(t *tx, e eventlog.Event, key string, number int) error {
	i := strings.LastIndex(key, "@")
	if i <= 0 {
		return nil
	}
	return t.exec(`INSERT INTO propagation (subject, key, package, version, source, target, number, seq) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (subject, key) DO UPDATE SET number = excluded.number WHERE propagation.number < excluded.number`,
		e.Subject, digest(key), key[:i], key[i+1:], e.Subject.RepoID(), e.Subject.Target(), number, e.Seq)
}

// numbered takes the number from the answer that says what was proposed.
func numbered(t *tx, e eventlog.Event, answers []rules.Answer) error {
	for _, a := range answers {
		for _, r := range a.Because {
			n, err := strconv.Atoi(r.Args["number"])
			if r.Code != rules.CodeProposed || err != nil {
				continue
			}
			if err := t.exec("UPDATE propagation SET number = $1 WHERE subject = $2", n, e.Subject); err != nil {
				return err
			}
		}
	}
	return nil
}

// Propagations are the newest ways that a package took, newest first. name is the package's own.
func (l *Ledger) Propagations(ctx context.Context, name string) ([]Propagation, error) {
	out, err := collect(ctx, l.db, scanPropagation, propagationColumns+" WHERE package = $1 ORDER BY seq DESC LIMIT 200", name)
	if err != nil {
		return nil, fmt.Errorf("read propagations of %s: %w", name, err)
	}
	return out, nil
}

// PropagationOf is what a pull request takes into its repository, and whether it is such a pull request.
func (l *Ledger) PropagationOf(ctx context.Context, repository int64, number int) (Propagation, bool, error) {
	out, err := collect(ctx, l.db, scanPropagation, propagationColumns+" WHERE target = $1 AND number = $2 ORDER BY seq DESC LIMIT 1", repository, number)
	if err != nil || len(out) == 0 {
		return Propagation{}, false, err
	}
	return out[0], true, nil
}

// Proposed is what became of a release in one repository that uses it, and whether anything did.
func (l *Ledger) Proposed(ctx context.Context, s rules.Subject) (Propagation, bool, error) {
	out, err := collect(ctx, l.db, scanPropagation, propagationColumns+" WHERE subject = $1 ORDER BY seq DESC LIMIT 1", s)
	if err != nil || len(out) == 0 {
		return Propagation{}, false, err
	}
	return out[0], true, nil
}

const propagationColumns = "SELECT package, version, source, target, number, subject FROM propagation"

func scanPropagation(rows *sql.Rows, p *Propagation) error {
	return rows.Scan(&p.Package, &p.Version, &p.Source, &p.Target, &p.Number, &p.Subject)
}
