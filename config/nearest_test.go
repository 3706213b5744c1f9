package config

import "testing"

func TestNearest(t *testing.T) {
	for _, c := range []struct {
		word  string
		known []string
		want  string
	}{
		{"itle", []string{"idle", "title"}, "title"},
		{"deleet-brnach", []string{"delete-branch"}, "delete-branch"},
		{"deleteBranch", []string{"delete-branch"}, "delete-branch"},
		{"DELETE_BRANCH", []string{"delete-branch"}, "delete-branch"},
		{"auhtor", []string{"author"}, "author"},
		{"bxxe", []string{"base"}, ""},
		{"", []string{"a"}, ""},
		{"---", []string{"a"}, ""},
		{"é", []string{"fork"}, ""},
	} {
		if got := nearest(c.word, c.known); got != c.want {
			t.Errorf("%q among %q: %q, want %q", c.word, c.known, got, c.want)
		}
	}
}
