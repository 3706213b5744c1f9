package rules

import (
	"encoding/json"
	"slices"
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
		{"nothing that was not there", MethodSquash, func(m *Merged, l *Landed) { m.Was.Tree = ""; l.Files, l.Additions, l.Deletions = 0, 0, 0 }, Comparison{Same: Yes}},
		{"a line more of as many as git compares exactly", MethodSquash, func(m *Merged, l *Landed) {
			m.Was.Tree, m.Was.Additions = "", diffExact-3
			l.Additions = diffExact - 2
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
	p.Files = []File{{Path: "b", Additions: 3, Change: Renamed}, {Path: "a", Additions: 2, Deletions: 1}}
	want := Evaluated{Tree: "tree", Files: 2, Additions: 5, Deletions: 1, Renames: true}
	if got := p.evaluated("tip"); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	p.Files[0].Change = "COPIED"
	if got := p.evaluated("tip"); got != want {
		t.Errorf("with a copy: %+v, want %+v", got, want)
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

// What is still to be compared is the merge under way, as it was intended, else the newest that was seen.
func TestMergeToCompare(t *testing.T) {
	seen := Merged{Head: "h1", Base: "b1", At: noon}
	open := Intent{Kind: KindMerge, Key: "h2", At: noon.Add(time.Minute), Action: []byte(`{"head":"h2","base":"b2","method":"squash","was":{"files":2}}`)}
	want := Merged{Head: "h2", Base: "b2", Method: MethodSquash, At: open.At, Was: Evaluated{Files: 2}}
	for _, c := range []struct {
		name string
		m    Memory
		want Merged
		is   bool
	}{
		{"none", Memory{}, Merged{}, false},
		{"seen", Memory{Merged: &seen}, seen, true},
		{"under way", Memory{Open: map[string]Intent{KindMerge: open}}, want, true},
		{"under way after another", Memory{Merged: &seen, Open: map[string]Intent{KindMerge: open}}, want, true},
		{"another act under way", Memory{Open: map[string]Intent{KindUpdate: open}}, Merged{}, false},
		{"not as it is written now", Memory{Open: map[string]Intent{KindMerge: {Action: []byte(`{"head":7}`)}}}, Merged{}, true},
	} {
		if got, is := c.m.Landing(); got != c.want || is != c.is {
			t.Errorf("%s: %+v %v, want %+v %v", c.name, got, is, c.want, c.is)
		}
	}
}

// A merge that was seen is remembered as it was intended, then what became of it, and each pull request that was pointed elsewhere.
func TestWhatWasDoneIsRemembered(t *testing.T) {
	m := &Memory{}
	fold := func(kind string, facts any) {
		t.Helper()
		doc, err := json.Marshal(facts)
		if err == nil {
			err = m.Fold(1, noon, kind, doc)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	act := func(kind, key, action string) {
		fold(EventIntended, Act{Kind: kind, Key: key, Action: []byte(action)})
		fold(EventSeen, Act{Kind: kind, Key: key})
	}
	fold(EventCompared, Comparison{Same: No}) // of a merge that is not known any more
	act(KindIssue, "7", `{}`)
	act(KindUpdate, "h0", `{"head":"h0"}`)
	if m.Merged != nil {
		t.Fatalf("before there was a merge: %+v", m.Merged)
	}
	act(KindMerge, "h1", `{"head":"h1","base":"b1"}`)
	want := Merged{Head: "h1", Base: "b1", At: noon}
	if m.Merged == nil || *m.Merged != want {
		t.Fatalf("seen: %+v, want %+v", m.Merged, want)
	}
	fold(EventCompared, Comparison{Same: No})
	if want.Compared, want.Closed = No, true; *m.Merged != want {
		t.Errorf("compared: %+v, want %+v", m.Merged, want)
	}
	act(KindRetarget, "8", `{"number":7,"moved":8}`)
	act(KindRetarget, "9", `{"number":7,"moved":9}`)
	if !slices.Equal(m.Retargeted, []int{8, 9}) || *m.Merged != want {
		t.Errorf("retargeted: %v, %+v", m.Retargeted, m.Merged)
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
