package diff

import (
	"strings"
	"testing"
)

// What git itself answers is compared in ghsim; these are the forms.
func TestUnified(t *testing.T) {
	for _, tt := range []struct{ name, a, b, want string }{
		{"the same", "a\n", "a\n", ""},
		{"new", "", "a\nb\n", "@@ -0,0 +1,2 @@\n+a\n+b\n"},
		{"gone", "a\n", "", "@@ -1 +0,0 @@\n-a\n"},
		{"no newline", "a", "a\n", "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n"},
		{"under a name", "func f() {\n\t1\n\t2\n\t3\n\t4\n}\n", "func f() {\n\t1\n\t2\n\t3\n\tfour\n}\n",
			"@@ -2,5 +2,5 @@ func f() {\n \t1\n \t2\n \t3\n-\t4\n+\tfour\n }\n"},
		{"far apart", "1\n2\n3\n4\n5\n6\n7\n8\n", "0\n2\n3\n4\n5\n6\n7\n9\n", "@@ -1,8 +1,8 @@\n-1\n+0\n 2\n 3\n 4\n 5\n 6\n 7\n-8\n+9\n"},
		{"further apart", "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "0\n2\n3\n4\n5\n6\n7\n8\n0\n",
			"@@ -1,4 +1,4 @@\n-1\n+0\n 2\n 3\n 4\n@@ -6,4 +6,4 @@\n 6\n 7\n 8\n-9\n+0\n"},
	} {
		if got := Unified(Lines([]byte(tt.a)), Lines([]byte(tt.b))); got != tt.want {
			t.Errorf("%s: got\n%swant\n%s", tt.name, got, tt.want)
		}
	}
}

func TestMerge(t *testing.T) {
	base := "a\nb\nc\n"
	for _, tt := range []struct {
		name, ours, theirs, want string
		ok                       bool
	}{
		{"apart", "A\nb\nc\n", "a\nb\nC\n", "A\nb\nC\n", true},
		{"touching", "A\nb\nc\n", "a\nB\nc\n", "<<<<<<< ours\nA\nb\n=======\na\nB\n>>>>>>> theirs\nc\n", false},
		{"the same", "A\nb\nc\n", "A\nb\nc\n", "A\nb\nc\n", true},
		{"without the last newline", "a\nb\nx", "a\nb\ny", "a\nb\n<<<<<<< ours\nx\n=======\ny\n>>>>>>> theirs\n", false},
	} {
		got, ok := Merge(Lines([]byte(base)), Lines([]byte(tt.ours)), Lines([]byte(tt.theirs)))
		if text := strings.Join(got, ""); text != tt.want || ok != tt.ok {
			t.Errorf("%s: %v\n%s", tt.name, ok, text)
		}
	}
}
