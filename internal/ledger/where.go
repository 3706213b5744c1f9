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

// add adds a condition, in which each ? stands for the next argument.
func (w *where) add(use bool, cond string, args ...any) {
	if !use {
		return
	}
	for _, arg := range args {
		w.args = append(w.args, arg)
		cond = strings.Replace(cond, "?", fmt.Sprintf("$%d", len(w.args)), 1)
	}
	w.conds = append(w.conds, cond)
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
