package eventlog

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// channel is where copies of the program tell each other that somebody may want to look.
const channel = "pitcrew"

// pollEvery is how late news of another copy may be where its notification is lost.
const pollEvery = time.Second

// follow calls wake when another copy of the program has written, until ctx ends: at its notification, and where
// that is lost, when the log's newest number is seen to have risen.
func (p *postgres) follow(ctx context.Context, wake func()) {
	for ctx.Err() == nil {
		p.listen(ctx, wake)
		wake() // whatever happened while nobody listened
		pause := time.NewTimer(pollEvery)
		select {
		case <-ctx.Done():
		case <-pause.C:
		}
		pause.Stop()
	}
}

// listen returns when its connection is lost.
func (p *postgres) listen(ctx context.Context, wake func()) {
	conn, err := pgx.ConnectConfig(ctx, p.pool.Config().ConnConfig)
	if err != nil {
		return
	}
	defer conn.Close(context.WithoutCancel(ctx)) //nolint:errcheck // nothing was written
	if _, err := conn.Exec(ctx, "LISTEN "+channel); err != nil {
		return
	}
	for ctx.Err() == nil && !conn.IsClosed() {
		p.news(ctx, conn, wake)
	}
}

// news waits for one notification, and looks by itself if none comes.
func (p *postgres) news(ctx context.Context, conn *pgx.Conn, wake func()) {
	soon, cancel := context.WithTimeout(ctx, pollEvery)
	defer cancel()
	if n, err := conn.WaitForNotification(soon); err == nil {
		if n.Payload != p.copy {
			wake()
		}
		return
	}
	var number int64
	if conn.QueryRow(ctx, sqlPosition).Scan(&number) == nil && p.wakes(number) {
		wake()
	}
}

// wakes says whether nobody was woken for number yet.
func (p *postgres) wakes(number int64) bool {
	for {
		known := p.newest.Load()
		if number <= known {
			return false
		}
		if p.newest.CompareAndSwap(known, number) {
			return true
		}
	}
}
