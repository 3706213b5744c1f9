package eventlog

import (
	"context"
	"fmt"
	"time"
)

// Server is a PostgreSQL server as it says of itself.
type Server struct {
	Version  string    // "15.6 (Debian 15.6-1)"
	Number   int       // 150006
	Clock    time.Time // its own
	Bytes    int64     // of the database
	ReadOnly bool      // it follows another one
	Unsynced string    // the setting that makes it say committed before that is on disk; empty: none
}

// OldestServer is the first version of PostgreSQL that is supported, as Server.Number counts.
const OldestServer = 130000

// AskServer asks the server of a database about itself.
func AskServer(ctx context.Context, url string) (Server, error) {
	pool, err := openPool(url, &storeOptions{readOnly: true})
	if err != nil {
		return Server{}, err
	}
	defer pool.Close()
	ctx, cancel := context.WithTimeout(ctx, patience+time.Second)
	defer cancel()
	var s Server
	var synced, fsync string
	err = pool.QueryRow(ctx, `SELECT current_setting('server_version'), CAST(current_setting('server_version_num') AS int), clock_timestamp(),
		pg_database_size(current_database()), pg_is_in_recovery(), current_setting('synchronous_commit'), current_setting('fsync')`).
		Scan(&s.Version, &s.Number, &s.Clock, &s.Bytes, &s.ReadOnly, &synced, &fsync)
	if err != nil {
		return Server{}, fmt.Errorf("ask the database's server: %w", err)
	}
	switch {
	case fsync == "off":
		s.Unsynced = "fsync = off"
	case synced == "off":
		s.Unsynced = "synchronous_commit = off"
	}
	return s, nil
}
