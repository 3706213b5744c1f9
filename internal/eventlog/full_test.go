package eventlog

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/pitcrew-app/pitcrew/rules"
)

// TestDiskFull fills the file to a limit, in groups, and then lifts the limit: each Append that returned an error left
// nothing, each that did not is there, and the log goes on.
func TestDiskFull(t *testing.T) {
	ctx := context.Background()
	db, err := Open(t.TempDir(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	limit := func(pages int) {
		if err := db.log.write(ctx, func(tx *tx) error {
			return tx.row(fmt.Sprintf("PRAGMA max_page_count = %d", pages), nil, new(int))
		}); err != nil {
			t.Fatal(err)
		}
	}
	limit(200)
	subject := rules.PRSubject(1, 1)
	one := func(id string) error {
		_, err := db.Append(ctx, Append{
			Delivery: id,
			Events: []Event{
				{Source: "test", Kind: "small", Subject: subject},
				{Source: "test", Kind: "large", Subject: subject, Facts: []byte(`"` + strings.Repeat("x", 9000) + `"`)},
			},
			Marks: []Mark{{Subject: rules.Subject("pr:1:" + id), At: time.Unix(1, 0)}},
		})
		return err
	}
	const writers, each = 8, 30 // less than one page of claims
	type result struct {
		id  string
		err error
	}
	results := make(chan result, writers*each)
	for w := range writers {
		go func() {
			for i := range each {
				id := fmt.Sprint(1 + w*each + i)
				results <- result{id, one(id)}
			}
		}()
	}
	accepted, refused := 0, 0
	for range writers * each {
		r := <-results
		has, err := db.Has(ctx, r.id)
		if err != nil || has != (r.err == nil) {
			t.Errorf("delivery %s: there: %v, %v; append said: %v", r.id, has, err, r.err)
		}
		if r.err == nil {
			accepted++
		} else {
			refused++
		}
	}
	if accepted == 0 || refused == 0 {
		t.Fatalf("accepted %d, refused %d: the limit tested nothing", accepted, refused)
	}
	limit(1 << 30)
	if err := one("999"); err != nil {
		t.Fatalf("with space again: %v", err)
	}
	events, err := db.Events(ctx, Query{})
	if err != nil || len(events) != 2*(accepted+1) {
		t.Errorf("%d events, %v; want %d", len(events), err, 2*(accepted+1))
	}
	claims, err := db.Claim(ctx, time.Unix(2, 0), time.Minute, "test", 1000)
	if err != nil || len(claims) != accepted+1 {
		t.Errorf("%d due, %v; want %d", len(claims), err, accepted+1)
	}
	var verdict string
	if err := db.log.read.QueryRow("PRAGMA integrity_check").Scan(&verdict); err != nil || verdict != "ok" {
		t.Errorf("integrity: %s, %v", verdict, err)
	}
}
