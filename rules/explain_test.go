package rules

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// told draws the conditions of a rule, one a line: shape, what it belongs to, sentence, what was seen, place.
func told(t *testing.T, s *Snapshot, rule string) string {
	t.Helper()
	for _, a := range Explain(s, Decide(All, s)) {
		if a.Rule == rule {
			return drawnConditions(a.Asked)
		}
	}
	t.Fatalf("no answer of %s", rule)
	return ""
}

func drawnConditions(asked []Condition) string {
	var b strings.Builder
	for _, c := range asked {
		fmt.Fprintf(&b, "%s [%s] %s | %s | %s\n", Shapes[c.State], c.Of, c.Sentence(), c.Seen, c.Where)
	}
	return b.String()
}

func TestExplain(t *testing.T) {
	const two = "merge: {never: {label: hold, title: \"WIP*\"}, policies: [{name: bots, when: {author: \"dependabot[bot]\"}}, {when: {label: automerge}, unless: {draft: true}}, {name: never-asked, when: {base: main}}]}\n"
	for _, c := range []struct {
		name, file, rule string
		pr               *PR
		want             string
	}{
		{"each condition until a policy matches, and what is not in the way", two, "merge", fit(),
			"● [never] not label hold | automerge | .platform.yml:2\n● [never] not title WIP* | Add a thing | .platform.yml:2\n" +
				"○ [policy bots] wants author dependabot[bot] | ana | .platform.yml:2\n● [policy 2] label automerge | automerge | .platform.yml:2\n" +
				"● [policy 2] not draft true | false | .platform.yml:2\n● [] no conflict with main |  | \n○ [] up to date with main: not required |  | \n"},
		{"one that never lets through", "merge: {never: {label: automerge}}\n", "merge", fit(),
			"■ [never] held by label automerge | automerge | .platform.yml:2\n● [policy automerge] label automerge | automerge | built-in\n" +
				"● [] no conflict with main |  | \n○ [] up to date with main: not required |  | \n"},
		{"no policy matches: all were asked", "merge: {policies: [{when: {base: next}}, {unless: {base: main}}]}\n", "merge", fit(),
			"○ [policy 1] wants base next | main | .platform.yml:2\n○ [policy 2] not where base main, which is so | main | .platform.yml:2\n"},
		{"what cannot be told ends it", "merge: {policies: [{when: {files: \"src/z*\"}}, {}]}\n", "merge", with(func(p *PR) { p.Truncated = []string{"files"} }),
			"◐ [policy 1] files src/z*: cannot be told now | not all changed files are known | .platform.yml:2\n"},
		{"what GitHub asks for and is not in the way", "merge: {policies: [{approvals: 0}]}\n", "merge",
			with(func(p *PR) { p.Protection.Strict, p.Protection.Conversations = true, true }),
			"○ [] approvals: none is asked for |  | \n● [] no conflict with main |  | \n● [] conversations: all resolved |  | \n"},
		{"a section's own", "reviewers: {when: {base: main}, unless: {label: automerge}}\n", "reviewers", fit(),
			"● [] base main | main | .platform.yml:2\n○ [] not where label automerge, which is so | automerge | .platform.yml:2\n"},
		{"an update's", "update: {when: {label: ready}}\n", "update", fit(), "○ [] wants label ready | automerge | .platform.yml:2\n"},
		{"a section that is off asks nothing", "update: {}\n", "merge", fit(), ""},
		{"one that is stopped asks nothing", "merge: {aprovals: 1, never: {label: hold}}\n", "merge", fit(), ""},
		{"one that is merged is asked nothing", two, "merge", with(func(p *PR) { p.State = "MERGED" }), ""},
		{"one of which a team is not known yet is asked nothing", "update: {when: {author: \"@acme/core\"}}\n", "update", fit(), ""},
	} {
		if diff := cmp.Diff(c.want, told(t, snapshot(file(t, c.file), c.pr), c.rule)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// The log holds no person and no free text, and not more than a file may make it hold; what decided is kept.
func TestExplainKept(t *testing.T) {
	var policies []string
	for i := range 100 {
		policies = append(policies, fmt.Sprintf("{name: p%d, when: {author: bo, title: \"%s %d\"}}", i, strings.Repeat("x", 240), i))
	}
	s := snapshot(file(t, "merge: {policies: ["+strings.Join(policies, ", ")+", {name: last, when: {label: automerge}}]}\n"), fit())
	verdicts := Decide(All, s)
	doc, err := json.Marshal(DecidedOn(s, verdicts))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if strings.Contains(string(doc), `"`+name+`"`) {
			t.Errorf("%s stands in what is kept", name)
		}
	}
	if strings.Contains(string(doc), s.PR.Title) {
		t.Error("the title stands in what is kept")
	}
	if len(doc) > 20_000 {
		t.Errorf("%d bytes are kept", len(doc))
	}
	merge := answerOf(DecidedOn(s, verdicts).Answers, "merge")
	if len(merge.Asked) != keptConditions || merge.Unkept != 203-keptConditions {
		t.Errorf("%d conditions are kept and %d are not", len(merge.Asked), merge.Unkept)
	}
	if got := drawnConditions(merge.Asked); !strings.Contains(got, "[policy last] label automerge") || !strings.Contains(got, "wants author that it names") {
		t.Errorf("kept:\n%s", got)
	}
	if whole := answerOf(Explain(s, verdicts), "merge"); len(whole.Asked) != 203 || !strings.Contains(drawnConditions(whole.Asked), "wants author bo | ana") {
		t.Errorf("%d conditions for who looks now", len(whole.Asked))
	}
}
