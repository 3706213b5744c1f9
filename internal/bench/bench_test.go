package bench

import (
	"context"
	"os"
	"testing"
)

func TestX(t *testing.T) {
	rows, err := merge.Run(context.Background(), Options{Say: func(s string) { t.Log(s) }})
	if err != nil {
		t.Fatal(err)
	}
	Table(os.Stdout, rows)
}
