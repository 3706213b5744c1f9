package config

import (
	"strconv"
	"strings"
)

// suggest is the hint for a word that is not among the known ones: the nearest of them, or else all of them.
func suggest(word string, known []string) string {
	if near := nearest(word, known); near != "" {
		return "did you mean " + strconv.Quote(near) + "?"
	}
	return "known here: " + strings.Join(known, ", ")
}

// nearest is the known word that somebody who typed word most likely meant, or "" if none is near. Case and the way of
// joining words (delete_branch, deleteBranch) count for nothing; otherwise a third of the letters may be wrong.
func nearest(word string, known []string) string {
	if len(word) > 64 {
		return ""
	}
	best, cost := "", 1<<30
	for _, k := range known {
		a, b := plain(word), plain(k)
		d := distance(a, b)
		if a == "" || d > max(1, len(b)/3) {
			continue
		}
		// Of two that are equally near, the one that keeps more of the word together: itle is title and not idle.
		if c := d*2*len(word) - affix(a, b); c < cost {
			best, cost = k, c
		}
	}
	return best
}

// affix is how many letters two words share at the beginning and at the end.
func affix(a, b string) int {
	n, most := 0, min(len(a), len(b))
	for n < most && a[n] == b[n] {
		n++
	}
	for i := 1; n < most && a[len(a)-i] == b[len(b)-i]; i++ {
		n++
	}
	return n
}

var joiners = strings.NewReplacer("-", "", "_", "", " ", "")

func plain(word string) string { return joiners.Replace(strings.ToLower(word)) }

// distance is the number of letters to insert, delete, replace or swap with their neighbour (optimal string alignment).
func distance(a, b string) int {
	var older []int
	old := make([]int, len(b)+1)
	for j := range old {
		old[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			differs := 1
			if a[i-1] == b[j-1] {
				differs = 0
			}
			row[j] = min(old[j]+1, row[j-1]+1, old[j-1]+differs)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], older[j-2]+1)
			}
		}
		older, old = old, row
	}
	return old[len(b)]
}
