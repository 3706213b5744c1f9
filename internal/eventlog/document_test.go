package eventlog_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
)

func testDocuments(t *testing.T, open store) {
	db := open(t)
	replace := func(name, want, with string) {
		t.Helper()
		check(t, db.Change(ctx, name, func(doc []byte) ([]byte, error) {
			if string(doc) != want || doc == nil != (want == "") {
				t.Errorf("%s is %q, want %q", name, doc, want)
			}
			if with == "" {
				return nil, nil
			}
			return []byte(with), nil
		}))
	}
	replace("a", "", "")
	replace("a", "", `{"used": 1}`)
	replace("b", "", `[2]`)
	replace("a", `{"used": 1}`, `{"used": 1}`)
	replace("a", `{"used": 1}`, `{"used":2}`)
	refused := errors.New("refused")
	if err := db.Change(ctx, "a", func([]byte) ([]byte, error) { return []byte("[]"), refused }); !errors.Is(err, refused) {
		t.Errorf("an error of the change: %v", err)
	}
	if err := db.Change(ctx, "a", func([]byte) ([]byte, error) { return []byte("{"), nil }); err == nil {
		t.Error("half a document is kept")
	}
	replace("a", `{"used":2}`, "")
	replace("a", "", "")
	check(t, db.Close())
	db = open(t)
	replace("b", `[2]`, `[2]`)
	countTogether(t, db)
}

// countTogether raises two numbers from many sides: none of it is lost.
func countTogether(t *testing.T, dbs ...*eventlog.DB) {
	t.Helper()
	const sides, each = 8, 15
	var wg sync.WaitGroup
	for side := range sides {
		wg.Go(func() {
			for range each {
				err := dbs[side%len(dbs)].Change(ctx, fmt.Sprint("count ", side%2), func(doc []byte) ([]byte, error) {
					var n int
					if doc != nil && json.Unmarshal(doc, &n) != nil {
						return nil, errors.New("damaged")
					}
					return json.Marshal(n + 1)
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	for i := range 2 {
		check(t, dbs[0].Change(ctx, fmt.Sprint("count ", i), func(doc []byte) ([]byte, error) {
			if want := []byte(fmt.Sprint(sides / 2 * each)); !bytes.Equal(doc, want) {
				t.Errorf("count %d is %s, want %s", i, doc, want)
			}
			return doc, nil
		}))
	}
}
