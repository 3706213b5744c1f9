package main

import (
	"fmt"
	"slices"
	"strings"
)

// group is a heading of the document with its rows.
type group struct {
	title string
	docs  string // GitHub's own page about it, or more
	words [2]string
	rows  []row
}

// row is a behaviour of GitHub and what is done about it.
type row struct {
	id      string // as stories and tests name it
	github  string // what GitHub does
	pitcrew string // what pitcrew does
	open    string // why nothing shows it yet; empty: something must. It begins with comesLater where it belongs to what is not begun
}

const comesLater = "later: "

func (r row) later() bool { return strings.HasPrefix(r.open, comesLater) }

// faults are what is wrong with the rows and with what claims to show them.
func faults(groups []group, proofs map[string][]proof) []error {
	var wrong []error
	known := map[string]bool{}
	for _, g := range groups {
		for _, r := range g.rows {
			switch {
			case known[r.id]:
				wrong = append(wrong, fmt.Errorf("%s: two rows have this name", r.id))
			case r.open == "" && len(proofs[r.id]) == 0:
				wrong = append(wrong, fmt.Errorf("%s: no story and no test shows it; name it under `Shows:` in one that fails when it breaks, or say under open why there is none", r.id))
			case r.open != "" && len(proofs[r.id]) > 0:
				wrong = append(wrong, fmt.Errorf("%s: it is open, and %s shows it; take out one of the two", r.id, proofs[r.id][0].name))
			}
			known[r.id] = true
		}
	}
	return append(wrong, strangers(known, proofs)...)
}

// strangers are names that are no row, in order.
func strangers(known map[string]bool, proofs map[string][]proof) []error {
	var ids []string
	for id := range proofs {
		if !known[id] {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	var wrong []error
	for _, id := range ids {
		for _, p := range proofs[id] {
			wrong = append(wrong, fmt.Errorf("%s: it shows %s, which is no row", p.name, id))
		}
	}
	return wrong
}
