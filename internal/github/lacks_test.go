package github

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pitcrew-app/pitcrew/internal/contract"
)

func refusal(code string, set func(*graphError)) []graphError {
	var e graphError
	e.Extensions.Code = code
	set(&e)
	return []graphError{e}
}

func undefined(typ, field string) []graphError {
	return refusal("undefinedField", func(e *graphError) { e.Extensions.TypeName, e.Extensions.FieldName = typ, field })
}

// What may be left out is left out from the moment that the server says that it lacks it; anything else never is.
func TestLacks(t *testing.T) {
	const text = "query Q($n:Int!\n$h:String! # needs Ref.compare\n){\na # needs T.a\nb # instead of T.a\nr(x:$n,y:$h) # needs Ref.compare\n" +
		"s # needs r(z)\nu # needs U:Bot\n}"
	vars := map[string]any{"n": 1, "h": "x"}
	for _, tt := range []struct {
		name    string
		errs    []graphError
		learned bool
		want    string
		left    map[string]any
	}{
		{"nothing", nil, false, "query Q($n:Int!\n$h:String!\n){\na\nr(x:$n,y:$h)\ns\nu\n}", vars},
		{"a field that must be there", undefined("T", "c"), false, "query Q($n:Int!\n$h:String!\n){\na\nr(x:$n,y:$h)\ns\nu\n}", vars},
		{"a field that has another way", undefined("T", "a"), true, "query Q($n:Int!\n$h:String!\n){\nb\nr(x:$n,y:$h)\ns\nu\n}", vars},
		{"a field, and its variable", undefined("Ref", "compare"), true, "query Q($n:Int!\n){\na\ns\nu\n}", map[string]any{"n": 1}},
		{"an argument", refusal("argumentNotAccepted", func(e *graphError) { e.Extensions.Name, e.Extensions.ArgumentName = "r", "z" }), true,
			"query Q($n:Int!\n$h:String!\n){\na\nr(x:$n,y:$h)\nu\n}", vars},
		{"a member of a union", refusal("cannotSpreadFragment", func(e *graphError) { e.Extensions.ParentName, e.Extensions.TypeName = "U", "Bot" }), true,
			"query Q($n:Int!\n$h:String!\n){\na\nr(x:$n,y:$h)\ns\n}", vars},
		{"another error", refusal("variableNotUsed", func(e *graphError) { e.Extensions.TypeName, e.Extensions.FieldName = "T", "a" }), false,
			"query Q($n:Int!\n$h:String!\n){\na\nr(x:$n,y:$h)\ns\nu\n}", vars},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, err := New(Options{AppID: 1, Key: testKey(t)})
			if err != nil {
				t.Fatal(err)
			}
			if got := c.learn(text, tt.errs); got != tt.learned {
				t.Errorf("learned: %t", got)
			}
			if c.learn(text, tt.errs) {
				t.Error("learned twice: the document would be sent for ever")
			}
			got, left := c.prune(text, vars)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("text (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.left, left); diff != "" {
				t.Errorf("variables (-want +got):\n%s", diff)
			}
		})
	}
}

// What the referee excuses is what documents do without, and nothing else.
func TestOtherWays(t *testing.T) {
	var ours []string
	for _, text := range []string{pullText(), compareText(1), openText, rebaseText, enqueueText, dequeueText, sweepPage, fragments["base"], fragments["reviewer"]} {
		ours = append(ours, needsOf(text)...)
	}
	slices.Sort(ours)
	theirs := slices.DeleteFunc(contract.OtherWays(), func(what string) bool {
		together := strings.Contains(what, "_MERGE_QUEUE_") || what == "RemovedFromMergeQueueEvent" // left out with PullRequest.mergeQueueEntry
		return together || what == "Ref.compare" || strings.HasSuffix(what, "Input")                // the type of a variable goes with its mutation
	})
	ours = slices.DeleteFunc(slices.Compact(ours), func(what string) bool { return what == "Ref.compare" })
	if diff := cmp.Diff(theirs, ours); diff != "" {
		t.Errorf("(-excused +left out):\n%s", diff)
	}
}
