package eventlog

import (
	"testing"

	"github.com/pitcrew-app/pitcrew/internal/pgtest"
)

// Every connection that writes to the log, or to what stands beside it, syncs each commit, to a file that is written ahead: asked
// of the connections themselves. PostgreSQL syncs with its own settings, which a URL may not weaken unseen.
func TestEveryCommitIsSynced(t *testing.T) {
	files := map[string]string{"PRAGMA synchronous": "2", "PRAGMA journal_mode": "wal"}
	for _, c := range []struct {
		name, where string
		want        map[string]string
	}{
		{"files", t.TempDir(), files},
		{"PostgreSQL", pgtest.Database(t), map[string]string{"SHOW synchronous_commit": "on", "SHOW fsync": "on"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			db, err := Open(c.where, Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			for name, st := range map[string]*store{"log": db.log, "people": db.people} {
				for query, want := range c.want {
					for _, ordered := range []bool{false, st == db.log} { // where appends have a connection of their own, both
						var got string
						err := st.change(&operation{ctx: t.Context(), ordered: ordered, do: func(tx *tx) error { return tx.row(query, nil, &got) }})
						if err != nil || got != want {
							t.Errorf("%s, %s: %s, %v; want %s", name, query, got, err, want)
						}
					}
				}
			}
		})
	}
}
