package rules

import (
	"testing"
	"time"
)

// What a merge made is what was decided, is not, or cannot be told; and whoever else lands in the same base is no difference.
func TestCompare(t *testing.T) {
	same := Landed{Commit: "m", Tree: "tree", Parents: []string{"base"}, Files: 2, Additions: 10, Deletions: 3, HasBase: Yes}
	for _, c := range []struct {
		name   string
		method string
		change func(m *Merged, l *Landed)
		want   Comparison
	}{
		{"the very tree", MethodSquash, nil, Comparison{Same: Yes}},
		{"another tree", MethodSquash, func(_ *Merged, l *Landed) { l.Tree = "other" }, Comparison{No, differsTree}},
		{"another tree by rebase", MethodRebase, func(_ *Merged, l *Landed) { l.Tree = "other" }, Comparison{No, differsTree}},
		{"two parents of a squash", MethodSquash, func(_ *Merged, l *Landed) { l.Parents = []string{"base", "head"} }, Comparison{No, differsParents}},
		{"a merge commit", MethodMerge, func(_ *Merged, l *Landed) { l.Parents = []string{"base", "head"} }, Comparison{Same: Yes}},
		{"a merge commit of another head", MethodMerge, func(_ *Merged, l *Landed) { l.Parents = []string{"base", "other"} }, Comparison{No, differsParents}},
		{"a merge commit without the head", MethodMerge, nil, Comparison{No, differsParents}},

		{"the base has moved", MethodSquash, func(_ *Merged, l *Landed) { l.Parents = []string{"newer"}; l.Tree = "other" }, Comparison{Same: Yes}},
		{"the base is gone", MethodSquash, func(_ *Merged, l *Landed) { l.Parents = []string{"older"}; l.HasBase = No }, Comparison{No, differsBase}},
		{"whether the base is there is not told", MethodSquash, func(_ *Merged, l *Landed) { l.Parents = []string{"older"}; l.HasBase = Unknown }, Comparison{}},
		{"the base is gone by rebase", MethodRebase, func(_ *Merged, l *Landed) { l.Parents = []string{"older"}; l.HasBase = No }, Comparison{No, differsBase}},
		{"several commits rebased", MethodRebase, func(_ *Merged, l *Landed) { l.Parents = []string{"first of them"}; l.Files = 1 }, Comparison{Same: Yes}},

		{"as many changes", MethodSquash, func(m *Merged, _ *Landed) { m.Was.Tree = "" }, Comparison{Same: Yes}},
		{"fewer changes", MethodSquash, func(m *Merged, l *Landed) { m.Was.Tree = ""; l.Files, l.Additions, l.Deletions = 1, 5, 0 }, Comparison{Same: Yes}},
		{"a file more", MethodSquash, func(m *Merged, l *Landed) { m.Was.Tree = ""; l.Files++ }, Comparison{No, differsMore}},
		{"a line more", MethodSquash, func(m *Merged, l *Landed) { m.Was.Tree = ""; l.Additions++ }, Comparison{No, differsMore}},
		{"a line less of what was there", MethodSquash, func(m *Merged, l *Landed) { m.Was.Tree = ""; l.Deletions++ }, Comparison{No, differsMore}},
		{"a file more by a merge commit", MethodMerge, func(m *Merged, l *Landed) {
			m.Was.Tree, l.Parents = "", []string{"base", "head"}
			l.Files++
		}, Comparison{Same: Yes}},
		{"a line more among renamed files", MethodSquash, func(m *Merged, l *Landed) { m.Was.Tree, m.Was.Renames = "", true; l.Additions++ }, Comparison{Same: Yes}},
		{"a line more of many", MethodSquash, func(m *Merged, l *Landed) {
			m.Was.Tree, m.Was.Additions = "", 400
			l.Additions = 401
		}, Comparison{Same: Yes}},
		{"many lines more of many", MethodSquash, func(m *Merged, l *Landed) {
			m.Was.Tree, m.Was.Additions = "", 400
			l.Additions = 500
		}, Comparison{No, differsMore}},
		{"files not counted", MethodSquash, func(m *Merged, l *Landed) { m.Was.Tree = ""; l.Files = -1 }, Comparison{}},
		{"nothing told", MethodSquash, func(_ *Merged, l *Landed) { *l = Landed{} }, Comparison{}},
		{"nothing told for too long", MethodSquash, func(m *Merged, l *Landed) { *l = Landed{}; m.At = noon.Add(-compareFor) }, Comparison{What: comparedNever}},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := Merged{Head: "head", Base: "base", Method: c.method, At: noon.Add(-time.Second), Was: Evaluated{Tree: "tree", Files: 2, Additions: 10, Deletions: 3}}
			l := same
			if c.change != nil {
				c.change(&m, &l)
			}
			if got := m.Compare(&l, noon); got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
	if got := (Merged{At: noon}).Compare(nil, noon); got != (Comparison{}) {
		t.Errorf("without a merge commit: %+v", got)
	}
}

// A tree is known beforehand only of a head that contains the base which the decision saw.
func TestEvaluated(t *testing.T) {
	p := fit()
	p.HeadTree, p.BaseTip, p.Behind = "tree", "tip", No
	p.Files = []File{{Path: "a", Additions: 2, Deletions: 1}, {Path: "b", Additions: 3, Change: Renamed}}
	want := Evaluated{Tree: "tree", Files: 2, Additions: 5, Deletions: 1, Renames: true}
	if got := p.evaluated("tip"); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	want.Tree = ""
	if got := p.evaluated("newer"); got != want {
		t.Errorf("on another base: %+v, want %+v", got, want)
	}
	p.Behind = Unknown
	if got := p.evaluated("tip"); got != want {
		t.Errorf("perhaps behind: %+v, want %+v", got, want)
	}
}

// A base that somebody rewrote explains that commits of it are missing, and no other difference.
func TestRewritten(t *testing.T) {
	for what, want := range map[string]Comparison{
		differsBase: {What: comparedForced}, differsParents: {No, differsParents}, differsTree: {No, differsTree}, differsMore: {No, differsMore},
	} {
		if got := (Comparison{No, what}).Rewritten(); got != want {
			t.Errorf("%s: %+v, want %+v", what, got, want)
		}
	}
}
