package ghsim

import (
	"path"
	"slices"
	"strings"

	"github.com/pitcrew-app/pitcrew/internal/ghsim/diff"
)

// How alike two files must be, of diff.MaxScore: any two, or two that are called the same in different directories.
const (
	renameScore   = diff.MaxScore / 2
	basenameScore = renameScore + renameScore/2
)

// findRenames puts files that went and files that came together: first the same contents, then the same names in other
// directories, then what is most alike.
// https://git-scm.com/docs/gitdiffcore#_diffcore_rename_for_detecting_renames_and_copies
func (g *gitRepo) findRenames(list []filePair, empty bool) ([]filePair, error) {
	r := renames{g: g, list: list, to: map[int]int{}}
	for i, p := range list {
		switch {
		case p.old.sha != "" && p.new.sha != "", !empty && (p.old.sha == emptyBlob || p.new.sha == emptyBlob):
		case p.old.sha != "":
			r.gone = append(r.gone, i)
		default:
			r.came = append(r.came, i)
		}
	}
	if len(r.gone) == 0 || len(r.came) == 0 {
		return list, nil
	}
	r.same()
	if err := r.byName(); err != nil {
		return nil, err
	}
	if err := r.alike(); err != nil {
		return nil, err
	}
	return r.together(), nil
}

// emptyBlob is the id of the file without content.
const emptyBlob = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"

// renames is a search: gone and came are what has no partner yet, as indices of list; to says which one became which.
type renames struct {
	g          *gitRepo
	list       []filePair
	gone, came []int
	to         map[int]int
}

func (r *renames) match(gone, came int) {
	r.to[gone] = came
	r.gone = slices.DeleteFunc(slices.Clone(r.gone), func(i int) bool { return i == gone })
	r.came = slices.DeleteFunc(slices.Clone(r.came), func(i int) bool { return i == came })
}

// sameName says that two files have the same name in whatever directory.
func (r *renames) sameName(gone, came int) bool {
	return path.Base(r.list[gone].old.name) == path.Base(r.list[came].new.name)
}

// same matches equal files, those of the same name first.
func (r *renames) same() {
	for _, came := range r.came {
		best := -1
		for _, gone := range r.gone {
			a, b := r.list[gone].old, r.list[came].new
			if a.sha != b.sha || a.mode != b.mode && !(a.regular() && b.regular()) {
				continue
			}
			if best < 0 || !r.sameName(best, came) && r.sameName(gone, came) {
				best = gone
			}
		}
		if best >= 0 {
			r.match(best, came)
		}
	}
}

func (e treeEntry) regular() bool { return strings.HasPrefix(e.mode, "100") }

// byName matches files of which there is one of a name on each side.
func (r *renames) byName() error {
	for _, gone := range r.gone {
		var hits []int
		for _, came := range r.came {
			if r.sameName(gone, came) {
				hits = append(hits, came)
			}
		}
		twins := slices.ContainsFunc(r.gone, func(other int) bool {
			return other != gone && path.Base(r.list[other].old.name) == path.Base(r.list[gone].old.name)
		})
		if len(hits) != 1 || twins {
			continue
		}
		score, err := r.score(gone, hits[0], basenameScore)
		if err != nil {
			return err
		}
		if score >= basenameScore {
			r.match(gone, hits[0])
		}
	}
	return nil
}

func (r *renames) score(gone, came, atLeast int) (int, error) {
	a, b := r.list[gone].old, r.list[came].new
	if !a.regular() || !b.regular() {
		return 0, nil
	}
	before, err := r.g.blob(a.sha)
	if err != nil {
		return 0, err
	}
	after, err := r.g.blob(b.sha)
	return diff.Similarity(before, after, atLeast), err
}

// alike matches the most alike first.
func (r *renames) alike() error {
	type guess struct{ gone, came, score int }
	var all []guess
	for _, came := range r.came {
		for _, gone := range r.gone {
			score, err := r.score(gone, came, renameScore)
			if err != nil {
				return err
			}
			if score >= renameScore {
				all = append(all, guess{gone, came, score})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b guess) int {
		if a.score != b.score {
			return b.score - a.score
		}
		return number(r.sameName(b.gone, b.came)) - number(r.sameName(a.gone, a.came))
	})
	for _, x := range all {
		if slices.Contains(r.gone, x.gone) && slices.Contains(r.came, x.came) {
			r.match(x.gone, x.came)
		}
	}
	return nil
}

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}

// together is the list with one pair for each rename.
func (r *renames) together() []filePair {
	arrived := map[int]bool{}
	for _, came := range r.to {
		arrived[came] = true
	}
	var out []filePair
	for i, p := range r.list {
		if came, moved := r.to[i]; moved {
			p.new = r.list[came].new
		}
		if !arrived[i] {
			out = append(out, p)
		}
	}
	return out
}
