package ghsim

import (
	"fmt"
	"testing"
)

func TestGraphQLSearch(t *testing.T) {
	w := newGQLWorld(t)
	w.commit("f1", w.main, map[string]string{"f": "1"})
	_, e := w.openPull(w.r, &caller{user: w.bob}, openInput{title: "Drop x", head: "f1", base: "main", draft: true})
	w.ok(e)
	_, e = w.createIssue(w.r, &caller{user: w.eve}, "Y is broken", "")
	w.ok(e)
	w.p.requested = []*reviewRequest{{id: w.id(), user: w.eve}}
	for query, want := range map[string]string{
		`repo:acme/api`:                         "[3 2 1]",
		`repo:acme/none`:                        "[]",
		`org:acme is:pr`:                        "[2 1]",
		`type:issue`:                            "[3]",
		`is:pr is:draft`:                        "[2]",
		`draft:false`:                           "[1]",
		`author:bob`:                            "[2]",
		`label:automerge`:                       "[1]",
		`head:f1 base:main`:                     "[2]",
		`review-requested:eve state:open`:       "[1]",
		`add`:                                   "[1]",
		`is:open is:unmerged sort:created-desc`: "[2 1]",
		`is:closed`:                             "[]",
		`is:merged`:                             "[]",
	} {
		d := w.data(w.app(), `query($q:String!){search(type:ISSUE,first:9,query:$q){issueCount nodes{...on PullRequest{number} ...on Issue{number}}}}`, map[string]any{"q": query})
		got := []any{}
		for _, n := range get(d, "search", "nodes").([]any) {
			got = append(got, get(n, "number"))
		}
		if fmt.Sprint(got) != want || get(d, "search", "issueCount") != float64(len(got)) {
			t.Errorf("%s: %v, want %s", query, got, want)
		}
	}
	if typ, _ := firstError(w.post(w.app(), `{search(type:ISSUE,first:9,query:"involves:bob"){issueCount}}`, nil)); typ != "NOT_SIMULATED" {
		t.Errorf("an unknown qualifier: %q", typ)
	}
}

// Reviews fold as GitHub folds them: a comment never replaces an opinion, and readers' opinions are no writers'.
func TestGraphQLReviews(t *testing.T) {
	w := newGQLWorld(t)
	for _, r := range []struct {
		by    string
		event string
	}{{"eve", "APPROVE"}, {"bob", "COMMENT"}} {
		_, e := w.submitReview(w.p, &caller{user: w.findAccount(r.by)}, reviewInput{event: r.event, body: "x"})
		w.ok(e)
	}
	d := w.data(w.app(), inAPI(`pullRequest(number:1){
		all:latestOpinionatedReviews(first:9){nodes{state author{login}}} writers:latestOpinionatedReviews(first:9,writersOnly:true){nodes{state author{login}}}
		latestReviews(first:9){nodes{state author{login}}} bobs:reviews(first:9,author:"bob"){nodes{state}} comments:reviews(first:9,states:[COMMENTED]){totalCount}}`), nil)
	for _, c := range []struct {
		path []any
		want any
	}{
		{[]any{"all", "nodes", 0, "state"}, "CHANGES_REQUESTED"},
		{[]any{"all", "nodes", 1, "state"}, "APPROVED"},
		{[]any{"writers", "nodes", 1}, nil},
		{[]any{"latestReviews", "nodes", 1, "state"}, "COMMENTED"},
		{[]any{"bobs", "nodes", 1, "state"}, "COMMENTED"},
		{[]any{"comments", "totalCount"}, 1.0},
	} {
		if got := get(d, append([]any{"repository", "pullRequest"}, c.path...)...); got != c.want {
			t.Errorf("%v = %v, want %v", c.path, got, c.want)
		}
	}
}

func TestGraphQLCompare(t *testing.T) {
	w := newGQLWorld(t)
	for head, want := range map[string]string{
		"feature":      "map[aheadBy:1 behindBy:1 status:DIVERGED]",
		w.main:         "map[aheadBy:0 behindBy:1 status:BEHIND]",
		"main":         "map[aheadBy:0 behindBy:0 status:IDENTICAL]",
		"acme:feature": "map[aheadBy:1 behindBy:1 status:DIVERGED]",
		"none":         "<nil>", "nobody:main": "<nil>",
	} {
		d := w.data(w.app(), `query($h:String!){repository(owner:"acme",name:"api"){ref(qualifiedName:"main"){compare(headRef:$h){aheadBy behindBy status}}}}`, map[string]any{"h": head})
		if got := fmt.Sprint(get(d, "repository", "ref", "compare")); got != want {
			t.Errorf("%s: %s, want %s", head, got, want)
		}
	}
}

func TestGraphQLObjects(t *testing.T) {
	w := newGQLWorld(t)
	for expression, want := range map[string]string{
		"main":                w.tip,
		"HEAD":                w.tip,
		"refs/heads/feature":  w.p.head,
		"v1.0.0":              w.main,
		w.main:                w.main,
		w.main + ":other.txt": "",
		"main:none":           "",
		"none:README.md":      "",
		"refs/tags/none":      "",
		w.main[:39] + "x":     "",
	} {
		d := w.data(w.app(), `query($e:String!){repository(owner:"acme",name:"api"){object(expression:$e){oid}}}`, map[string]any{"e": expression})
		got, _ := get(d, "repository", "object", "oid").(string)
		if got != want {
			t.Errorf("%s: %q, want %q", expression, got, want)
		}
	}
}

// Draft releases are for those who may push; the latest release is neither a draft nor a prerelease.
func TestGraphQLReleases(t *testing.T) {
	w := newGQLWorld(t)
	for tag, r := range map[string]release{"v2": {draft: true}, "v3": {prerelease: true}} {
		r.id, r.tag, r.author, r.published, r.created = w.id(), tag, w.ana, w.now().AddDate(0, 0, 1), w.now()
		w.r.releases = append(w.r.releases, &r)
	}
	for _, c := range []struct {
		name string
		who  *caller
		want float64
	}{{"app", w.app(), 3}, {"writer", &caller{user: w.ana}, 3}, {"reader", &caller{user: w.eve}, 2}} {
		d := w.data(c.who, inAPI(`releases(first:9){totalCount} latestRelease{tagName isLatest}`), nil)
		if n := get(d, "repository", "releases", "totalCount"); n != c.want || get(d, "repository", "latestRelease", "tagName") != "v1.0.0" {
			t.Errorf("%s: %v", c.name, d)
		}
	}
}
