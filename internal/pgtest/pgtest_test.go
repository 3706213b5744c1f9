package pgtest

import "testing"

// TestDatabase: two databases are two, and empty.
func TestDatabase(t *testing.T) {
	for range 2 {
		Execute(t, Database(t), "CREATE TABLE one (n int)")
	}
}
