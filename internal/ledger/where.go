package ledger

import (
	"fmt"
	"strings"
)

// where gathers the conditions of a query.
type where struct {
	conds []string
	args  []any
}

func (w *where) add(use bool, cond string, args ...any) {
	if use {
		w.conds, w.args = append(w.conds, cond), append(w.args, args...)
	}
}

// in restricts a column to values; none do not restrict.
func (w *where) in(column string, values []string) {
	args := make([]any, len(values))
	for i, v := range values {
		args[i] = v
	}
	w.add(len(values) > 0, column+" IN (?"+strings.Repeat(", ?", max(0, len(values)-1))+")", args...)
}

func (w *where) String() string {
	if len(w.conds) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(w.conds, " AND ")
}

func limit(n, otherwise int) string {
	if n <= 0 {
		n = otherwise
	}
	return fmt.Sprintf(" LIMIT %d", n)
}
