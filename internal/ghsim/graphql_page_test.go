package ghsim

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestGraphQLPaging(t *testing.T) {
	w := newGQLWorld(t)
	for _, n := range []string{"b", "c", "d", "e"} {
		w.ok(w.addLabels(w.r, w.p.number, &caller{user: w.ana}, []string{n}))
	}
	cursor := func(i int) string {
		return connectAll(w.p.labels, func(l *label) gqlLabel { return gqlLabel{w.r, l} }).cursor(i)
	}
	for _, c := range []struct {
		args       string
		want       string
		prev, next bool
	}{
		{`first:2`, "automerge b", false, true},
		{`first:2,after:"` + cursor(1) + `"`, "c d", true, true},
		{`first:100,after:"` + cursor(3) + `"`, "e", true, false},
		{`first:1,after:"` + cursor(4) + `"`, "", true, false},
		{`last:2`, "d e", true, false},
		{`last:2,before:"` + cursor(3) + `"`, "b c", true, true},
		{`last:9,before:"` + cursor(1) + `"`, "automerge", false, true},
		{`first:3,last:1`, "c", true, true},
		{`first:5,after:"` + cursor(0) + `",before:"` + cursor(3) + `"`, "b c", true, true},
	} {
		d := w.data(w.app(), inAPI(`pullRequest(number:1){labels(`+c.args+`){totalCount nodes{name} edges{cursor node{name}} pageInfo{hasNextPage hasPreviousPage startCursor endCursor}}}`), nil)
		labels := get(d, "repository", "pullRequest", "labels")
		got := ""
		for i, e := range get(labels, "edges").([]any) {
			if i > 0 {
				got += " "
			}
			got += get(e, "node", "name").(string)
			if i == 0 && get(e, "cursor") != get(labels, "pageInfo", "startCursor") {
				t.Errorf("%s: start cursor", c.args)
			}
		}
		page := get(labels, "pageInfo")
		if got != c.want || get(page, "hasNextPage") != c.next || get(page, "hasPreviousPage") != c.prev || get(labels, "totalCount") != 5.0 {
			t.Errorf("%s: %q %v, want %q", c.args, got, labels, c.want)
		}
	}
}

func TestGraphQLPagingGoesOnWhenAMemberGoes(t *testing.T) {
	w := newGQLWorld(t)
	for _, n := range []string{"b", "c"} {
		w.ok(w.addLabels(w.r, w.p.number, &caller{user: w.ana}, []string{n}))
	}
	at := func(i int) string {
		return connectAll(w.p.labels, func(l *label) gqlLabel { return gqlLabel{w.r, l} }).cursor(i)
	}
	first, second := at(0), at(1)
	w.ok(w.removeLabel(w.r, w.p.number, &caller{user: w.ana}, "automerge"))
	for cursor, want := range map[string]string{first: "b", second: "c"} {
		d := w.data(w.app(), inAPI(`pullRequest(number:1){labels(first:1,after:"`+cursor+`"){nodes{name}}}`), nil)
		if got := get(d, "repository", "pullRequest", "labels", "nodes", 0, "name"); got != want {
			t.Errorf("after a removed member: %v, want %s", got, want)
		}
	}
}

func TestGraphQLPagingBounds(t *testing.T) {
	w := newGQLWorld(t)
	for _, c := range []struct{ selection, typ, message string }{
		{`labels{nodes{name}}`, "MISSING_PAGINATION_BOUNDARIES", "You must provide a `first` or `last` value to properly paginate the `labels` connection."},
		{`labels{pageInfo{hasNextPage}}`, "MISSING_PAGINATION_BOUNDARIES", "You must provide a `first` or `last` value to properly paginate the `labels` connection."},
		{`labels(first:101){nodes{name}}`, "EXCESSIVE_PAGINATION", "Requesting 101 records on the `labels` connection exceeds the `first` limit of 100 records."},
		{`labels(last:101){nodes{name}}`, "EXCESSIVE_PAGINATION", "Requesting 101 records on the `labels` connection exceeds the `last` limit of 100 records."},
		{`labels(first:0){nodes{name}}`, "ARGUMENT_ERROR", "`first` on the `labels` connection must be within 1 and 100."},
		{`labels(first:1,after:"zzz"){nodes{name}}`, "INVALID_CURSOR_ARGUMENTS", "`zzz` does not appear to be a valid cursor."},
		{`labels{totalCount}`, "", ""},
		{`labels{...on LabelConnection{totalCount}}`, "", ""},
	} {
		typ, message := firstError(w.post(w.app(), inAPI(c.selection), nil))
		if typ != c.typ || message != c.message {
			t.Errorf("%s: %s %q, want %s %q", c.selection, typ, message, c.typ, c.message)
		}
	}
}

// The example of GitHub's documentation: 50 repositories, 20 pull requests each with 10 comments, 20 issues each with
// 10 comments, and 10 followers are 22,060 nodes; and 100, 50 and 60 nested cost 5,101 requests, 51 points.
func TestGraphQLCost(t *testing.T) {
	w := newGQLWorld(t)
	for _, c := range []struct {
		query       string
		nodes, cost float64
	}{
		{`{rateLimit{cost nodeCount} viewer{repositories(first:50){nodes{pullRequests:pullRequests(first:20){nodes{comments(first:10){totalCount}}} issues(first:20){nodes{comments(first:10){totalCount}}}}} organizations(first:10){totalCount}}}`, 22060, 21},
		{`{rateLimit{cost nodeCount} viewer{repositories(first:100){nodes{issues(first:50){nodes{labels(first:60){totalCount}}}}}}}`, 305100, 51},
		{`{rateLimit{cost nodeCount}}`, 0, 1},
		{`{rateLimit{cost nodeCount} viewer{organizations{totalCount}}}`, 0, 1},
	} {
		out := w.post(w.app(), c.query, nil)
		if n, cost := get(out, "data", "rateLimit", "nodeCount"), get(out, "data", "rateLimit", "cost"); n != c.nodes || cost != c.cost {
			t.Errorf("%s: %v nodes, %v points, want %v, %v", c.query, n, cost, c.nodes, c.cost)
		}
	}
	out := w.post(w.app(), `{viewer{repositories(first:100){nodes{issues(first:100){nodes{labels(first:50){totalCount}}}}}}}`, nil)
	want := map[string]any{"errors": []any{map[string]any{"type": "MAX_NODE_LIMIT_EXCEEDED",
		"message": "This query requests up to 510,100 possible nodes which exceeds the maximum limit of 500,000."}}}
	if diff := cmp.Diff(want, out); diff != "" {
		t.Error(diff)
	}
}

func TestGraphQLRateLimit(t *testing.T) {
	w := newGQLWorld(t)
	w.data(w.app(), `{viewer{login}}`, nil)
	d := w.data(w.app(), `{rateLimit{limit used remaining resetAt}}`, nil)
	want := map[string]any{"limit": 5000.0, "used": 2.0, "remaining": 4998.0, "resetAt": "2026-03-02T10:00:00Z"}
	if diff := cmp.Diff(want, get(d, "rateLimit")); diff != "" {
		t.Error(diff)
	}
	w.bucketOf(w.app(), "graphql").used = primaryLimit
	if typ, _ := firstError(w.post(w.app(), `{viewer{login}}`, nil)); typ != "RATE_LIMITED" {
		t.Errorf("with nothing left: %q", typ)
	}
	w.data(&caller{user: w.ana}, `{viewer{login}}`, nil)
}

func TestGraphQLOrder(t *testing.T) {
	w := newGQLWorld(t)
	for i := range 3 {
		w.commit(fmt.Sprintf("f%d", i), w.main, map[string]string{"f": fmt.Sprint(i)})
		_, e := w.openPull(w.r, &caller{user: w.ana}, openInput{title: "t", head: fmt.Sprintf("f%d", i), base: "main", draft: i == 0})
		w.ok(e)
	}
	w.r.pulls[1].updated = gqlStart.AddDate(0, 0, 1)
	w.r.pulls[2].updated = gqlStart.AddDate(0, 0, 2)
	w.closePull(w.r.pulls[3], w.ana)
	for args, want := range map[string]string{
		`first:9`: "[1 2 3 4]",
		`first:9,orderBy:{field:UPDATED_AT,direction:DESC},states:[OPEN]`: "[3 2 1]",
		`first:9,orderBy:{field:UPDATED_AT,direction:ASC},states:[OPEN]`:  "[1 2 3]",
		`first:9,headRefName:"f1"`:                                        "[3]",
		`first:9,baseRefName:"other"`:                                     "[]",
		`first:9,labels:["automerge"]`:                                    "[1]",
		`first:9,states:[CLOSED,MERGED]`:                                  "[4]",
	} {
		d := w.data(w.app(), inAPI(`pullRequests(`+args+`){nodes{number}}`), nil)
		var got []any
		for _, n := range get(d, "repository", "pullRequests", "nodes").([]any) {
			got = append(got, get(n, "number"))
		}
		if fmt.Sprint(got) != want {
			t.Errorf("%s: %v, want %s", args, got, want)
		}
	}
}
