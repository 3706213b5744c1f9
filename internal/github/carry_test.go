package github

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pitcrew-app/pitcrew/rules"
)

// TestCarry brings a pull request forward over landings of ours, and over nothing else.
func TestCarry(t *testing.T) {
	touches := func(path string) []rules.File { return []rules.File{{Path: path, Change: "MODIFIED"}} }
	type known struct {
		Mergeable rules.Tri
		Carried   bool
		Tip       string
		Passed    []string
	}
	for _, c := range []struct {
		name      string
		lands     []landing
		tip       string
		at        string
		was       rules.Tri
		truncated []string
		want      known
	}{
		{"nothing landed", nil, "t0", "t0", rules.Yes, nil, known{rules.Yes, false, "t0", nil}},
		{"beside what landed", []landing{{"t0", "t1", touches("a")}, {"t1", "t2", touches("b")}}, "t0", "t0", rules.Yes, nil, known{rules.Yes, true, "t2", []string{"t1", "t0"}}},
		{"what landed touched it", []landing{{"t0", "t1", touches("p")}}, "t0", "t0", rules.Yes, nil, known{rules.Unknown, false, "t1", []string{"t0"}}},
		{"somebody else pushed between", []landing{{"t0", "t1", touches("a")}, {"x1", "t2", touches("b")}}, "x1", "t0", rules.Yes, nil, known{rules.Unknown, false, "t2", []string{"x1"}}},
		{"it was not known before", []landing{{"t0", "t1", touches("a")}}, "t0", "t0", rules.Unknown, nil, known{rules.Unknown, false, "t1", []string{"t0"}}},
		{"not all files were read", []landing{{"t0", "t1", touches("a")}}, "t0", "t0", rules.Yes, []string{"files"}, known{rules.Unknown, false, "t1", []string{"t0"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			client := &Client{carried: newCarried(nil)}
			ref := RepoRef{ID: 1}
			client.carried.lands = newCache[rules.Subject, []landing](1, 0, nil)
			client.carried.lands.items[rules.BaseSubject(1, "main")] = cached[[]landing]{value: c.lands}
			p := &rules.PR{BaseTip: c.at, Mergeable: c.was, Files: touches("p"), Truncated: c.truncated}
			tip, passed := client.Carry(ref, "main", c.tip, []*rules.PR{p})
			if diff := cmp.Diff(c.want, known{p.Mergeable, p.Carried, tip, passed}); diff != "" {
				t.Error(diff)
			}
			if p.BaseTip != tip {
				t.Errorf("its base is at %s, and it says %s", tip, p.BaseTip)
			}
		})
	}
}
