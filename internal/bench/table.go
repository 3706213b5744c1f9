package bench

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
)

// Table prints rows for people.
func Table(w io.Writer, rows []Row) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "WHAT\tVALUE\tUNIT\tFLOOR\tRATIO\tTARGET\t") //nolint:errcheck // Flush says it
	for _, r := range rows {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t\n", r.Name, number(r.Value), r.Unit, optional(r.Floor), ratio(r), target(r)) //nolint:errcheck // Flush says it
	}
	return t.Flush()
}

// judgedRow is a row, and whether it meets its target; nil: it has none.
type judgedRow struct {
	Row
	Met *bool `json:"met"`
}

// JSON prints rows for machines.
func JSON(w io.Writer, rows []Row) error {
	judged := make([]judgedRow, len(rows))
	for i, r := range rows {
		judged[i].Row = r
		if r.Target != nil {
			judged[i].Met = new(!r.Missed())
		}
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(struct {
		Rows []judgedRow `json:"rows"`
	}{judged})
}

// number has three digits that matter, and its thousands apart.
func number(v float64) string {
	switch {
	case v >= 1000:
		return thousands(strconv.FormatFloat(v, 'f', 0, 64))
	case v >= 100 || v == float64(int64(v)):
		return strconv.FormatFloat(v, 'f', 0, 64)
	case v >= 10:
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return strconv.FormatFloat(v, 'f', 2, 64)
}

func thousands(digits string) string {
	var b strings.Builder
	for i, c := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(c)
	}
	return b.String()
}

func optional(v *float64) string {
	if v == nil {
		return "–"
	}
	return number(*v)
}

func ratio(r Row) string {
	if v, ok := r.Ratio(); ok {
		return number(v) + "×"
	}
	return "–"
}

func target(r Row) string {
	if r.Target == nil {
		return "–"
	}
	sign := "≤ "
	if r.Better == Higher {
		sign = "≥ "
	}
	word := "  met"
	if r.Missed() {
		word = "  missed"
	}
	return sign + number(*r.Target) + word
}
