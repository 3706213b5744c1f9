package ledger

import (
	"context"
	"strings"
	"testing"
)

// What is asked for every event must not get slower with the number of acts that there are.
func TestWhatIsAskedForEveryEventHasItsIndex(t *testing.T) {
	db, err := openFile("", false)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close() //nolint:errcheck // it is in memory
	ctx := context.Background()
	if err := db.rebuild(ctx, true); err != nil {
		t.Fatal(err)
	}
	var id, parent, unused int
	var plan string
	if err := db.QueryRowContext(ctx, "EXPLAIN QUERY PLAN "+actsOfChore, "pr:1:1", "merge").Scan(&id, &parent, &unused, &plan); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(plan, "act_chore (chore=? AND kind=?)") {
		t.Errorf("plan: %s", plan)
	}
}
