package main

import (
	"strings"
	"testing"
)

// Every row is shown, every name is a row, and the document says so.
func TestTable(t *testing.T) {
	root, err := rootOf()
	if err != nil {
		t.Fatal(err)
	}
	if err := checkAll(root); err != nil {
		t.Error(err)
	}
}

func TestFaults(t *testing.T) {
	rows := func(rows ...row) []group { return []group{{rows: rows}} }
	shown := func(ids ...string) map[string][]proof {
		proofs := map[string][]proof{}
		for _, id := range ids {
			proofs[id] = []proof{{"story a", true}}
		}
		return proofs
	}
	for _, c := range []struct {
		name   string
		groups []group
		proofs map[string][]proof
		want   string
	}{
		{"shown", rows(row{id: "S1"}), shown("S1"), ""},
		{"open", rows(row{id: "S1", open: "later"}), nil, ""},
		{"not shown", rows(row{id: "S1"}), nil, "S1: no story"},
		{"open and shown", rows(row{id: "S1", open: "later"}), shown("S1"), "S1: it is open, and story a shows it"},
		{"no row", rows(row{id: "S1"}), shown("S1", "S9"), "story a: it shows S9, which is no row"},
		{"twice", rows(row{id: "S1"}, row{id: "S1"}), shown("S1"), "S1: two rows"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var said []string
			for _, err := range faults(c.groups, c.proofs) {
				said = append(said, err.Error())
			}
			got := strings.Join(said, "\n")
			if c.want == "" && got != "" || !strings.HasPrefix(got, c.want) || len(said) > 1 {
				t.Errorf("says %q, want %q", got, c.want)
			}
		})
	}
}

func TestAdd(t *testing.T) {
	for _, c := range []struct{ comment, rows, err string }{
		{"A promise.\n\nShows: S1, D4-.\n", "S1 D4-", ""},
		{"A promise that shows: much.\n", "", ""},
		{"Shows: S1.\nShows: X2.\n", "S1 X2", ""},
		{"Shows: S1, X2\n", "", "does not name rows"},
		{"Shows: s1.\n", "", "does not name rows"},
		{"Shows: S1 X2.\n", "", "does not name rows"},
		{"Shows: S1, S1.\n", "S1", "twice"},
	} {
		proofs := map[string][]proof{}
		err := add(proofs, proof{"story a", true}, c.comment)
		if c.err == "" && err != nil || c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)) {
			t.Errorf("%q: %v, want %q", c.comment, err, c.err)
		}
		for _, id := range strings.Fields(c.rows) {
			if len(proofs[id]) != 1 {
				t.Errorf("%q: %s is not shown: %v", c.comment, id, proofs)
			}
		}
		if len(proofs) != len(strings.Fields(c.rows)) {
			t.Errorf("%q: shows %v", c.comment, proofs)
		}
	}
}

func TestDocument(t *testing.T) {
	got := documentText([]group{{"G", "", gitHub, []row{{"S1", "does", "answers", ""}, {"S2", "does", "–", "why"}, {"S3", "does", "–", "later: why"}}}},
		map[string][]proof{"S1": {{"story a", true}, {"story b", true}, {"`rules` TestA", false}}})
	for _, want := range []string{
		"3 rows, of which 1 are open and 1\nbelong to what comes later; 2 stories and 1 tests",
		"| **S1** | does | answers | story a, b, `rules` TestA |\n",
		"| **S2** | does | – | *open: why* |\n",
		"| **S3** | does | – | *later: why* |\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}
