package ledger

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
)

// Lag is since when the ledger in a directory or a database lacks something of its log: the time at which the first event
// that it lacks was received. Zero: it lacks nothing. A ledger that is not there, or of another version, lacks all.
func Lag(ctx context.Context, where string, log *eventlog.DB) (time.Time, error) {
	st, err := openStore(where, true)
	if errors.Is(err, fs.ErrNotExist) {
		return firstAfter(ctx, log, 0)
	}
	if err != nil {
		return time.Time{}, fmt.Errorf("open ledger: %w", err)
	}
	l := newLedger(log, st)
	defer l.Close()
	if st.version != version {
		return firstAfter(ctx, log, 0)
	}
	return l.Lag(ctx)
}

// Lag is since when l lacks something of its log; zero: it lacks nothing.
func (l *Ledger) Lag(ctx context.Context) (time.Time, error) {
	seq, err := l.Seq(ctx)
	if err != nil {
		return time.Time{}, err
	}
	return firstAfter(ctx, l.log, seq)
}

func firstAfter(ctx context.Context, log *eventlog.DB, seq int64) (time.Time, error) {
	events, err := log.Events(ctx, eventlog.Query{After: seq, Limit: 1})
	if err != nil || len(events) == 0 {
		return time.Time{}, err
	}
	return events[0].Received, nil
}
