package ghsim

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const inRepo = `{repository(owner:"acme",name:"api"){%}}`

// inAPI puts a selection of Repository into a query.
func inAPI(selection string) string { return strings.Replace(inRepo, "%", selection, 1) }

func TestGraphQLExecutes(t *testing.T) {
	w := newGQLWorld(t)
	for _, c := range []struct {
		name, query string
		vars        map[string]any
		want        string
	}{
		{"alias", inAPI(`a:name b:name`), nil, `{"repository":{"a":"api","b":"api"}}`},
		{"order of the query", inAPI(`nameWithOwner name`), nil, `{"repository":{"nameWithOwner":"acme/api","name":"api"}}`},
		{"fields merge", inAPI(`owner{login} owner{__typename}`), nil, `{"repository":{"owner":{"login":"acme","__typename":"Organization"}}}`},
		{"fragments merge", `query{repository(owner:"acme",name:"api"){...f owner{__typename}}} fragment f on Repository{owner{login}}`, nil, `{"repository":{"owner":{"login":"acme","__typename":"Organization"}}}`},
		{"fragment of an interface", `{repository(owner:"acme",name:"api"){object(expression:"main:README.md"){...on GitObject{__typename} ...on Blob{text} ...on Commit{message}}}}`, nil, `{"repository":{"object":{"__typename":"Blob","text":"hello\n"}}}`},
		{"include and skip", `query($y:Boolean!){repository(owner:"acme",name:"api"){a:name @include(if:$y) b:name @skip(if:$y) ...on Repository @skip(if:$y){c:name}}}`, map[string]any{"y": false}, `{"repository":{"b":"api","c":"api"}}`},
		{"default of a variable", `query($n:String="api"){repository(owner:"acme",name:$n){name}}`, nil, `{"repository":{"name":"api"}}`},
		{"default of an argument", inAPI(`labels(first:1){nodes{name}}`), nil, `{"repository":{"labels":{"nodes":[{"name":"automerge"}]}}}`},
		{"single value for a list", inAPI(`pullRequests(states:OPEN){totalCount}`), nil, `{"repository":{"pullRequests":{"totalCount":1}}}`},
		{"typename of a union", `{search(type:ISSUE,first:1,query:"Add"){nodes{__typename}}}`, nil, `{"search":{"nodes":[{"__typename":"PullRequest"}]}}`},
		{"relay", `{relay{viewer{login}}}`, nil, `{"relay":{"viewer":{"login":"pitcrew[bot]"}}}`},
		{"a bot's login", `{nodes(ids:["` + gqlID(w.ours.bot) + `"]){...on Bot{login}}}`, nil, `{"nodes":[{"login":"pitcrew"}]}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := w.raw(c.query, c.vars); got != `{"data":`+c.want+`}` {
				t.Errorf("got  %s\nwant {\"data\":%s}", got, c.want)
			}
		})
	}
}

// raw is the answer to the App as text.
func (w *gqlWorld) raw(query string, vars map[string]any) string {
	w.t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": vars})
	if err != nil {
		w.t.Fatal(err)
	}
	rec := httptest.NewRecorder()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.serveGraphQL(rec, httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(string(body))), w.app())
	return rec.Body.String()
}

func TestGraphQLErrors(t *testing.T) {
	for _, c := range []struct {
		name, query, want string
	}{
		{"null where allowed keeps the rest", `{a:repository(owner:"acme",name:"none"){name} b:repository(owner:"acme",name:"api"){name}}`,
			`{"data":{"a":null,"b":{"name":"api"}},"errors":[{"type":"NOT_FOUND","path":["a"],"locations":[{"line":1,"column":2}],"message":"Could not resolve to a Repository with the name 'acme/none'."}]}`},
		{"null where not allowed bubbles", inAPI(`pullRequest(number:1){title hovercard{__typename}}`),
			`{"data":{"repository":{"pullRequest":null}},"errors":[{"type":"NOT_SIMULATED","path":["repository","pullRequest","hovercard"],"locations":[{"line":1,"column":66}],"message":"not simulated: GraphQL PullRequest.hovercard"}]}`},
		{"bubbles to the root", `{viewer{hovercard{__typename}}}`,
			`{"data":null,"errors":[{"type":"NOT_SIMULATED","path":["viewer","hovercard"],"locations":[{"line":1,"column":9}],"message":"not simulated: GraphQL User.hovercard"}]}`},
		{"pull request", inAPI(`pullRequest(number:99){title}`),
			`{"data":{"repository":{"pullRequest":null}},"errors":[{"type":"NOT_FOUND","path":["repository","pullRequest"],"locations":[{"line":1,"column":38}],"message":"Could not resolve to a PullRequest with the number of 99."}]}`},
		{"node", `{node(id:"PR_kwDOAAAAAc4AAAAB"){id}}`,
			`{"data":{"node":null},"errors":[{"type":"NOT_FOUND","path":["node"],"locations":[{"line":1,"column":2}],"message":"Could not resolve to a node with the global id of 'PR_kwDOAAAAAc4AAAAB'"}]}`},
		{"a node of several", `{nodes(ids:["x"]){id}}`,
			`{"data":{"nodes":[null]},"errors":[{"type":"NOT_FOUND","path":["nodes",0],"locations":[{"line":1,"column":2}],"message":"Could not resolve to a node with the global id of 'x'"}]}`},
		{"no query", ``, `{"errors":[{"message":"A query attribute must be specified and must be a string."}]}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newGQLWorld(t)
			if diff := cmp.Diff(c.want, w.raw(c.query, nil)); diff != "" {
				t.Error(diff)
			}
			if kept := len(w.Errs()) > 0; kept != strings.Contains(c.want, "NOT_SIMULATED") {
				t.Errorf("Errs() = %v", w.errs)
			}
		})
	}
}

func TestGraphQLValidation(t *testing.T) {
	w := newGQLWorld(t)
	for _, c := range []struct {
		query, code, message string
	}{
		{`{viewer{foo}}`, "undefinedField", "Field 'foo' doesn't exist on type 'User'"},
		{`{viewer{login(x:1)}}`, "argumentNotAccepted", "Field 'login' doesn't accept argument 'x'"},
		{`{repository(owner:"a"){name}}`, "missingRequiredArguments", "Field 'repository' is missing required arguments: name"},
		{`{viewer}`, "selectionMismatch", "Field must have selections (field 'viewer' returns User but has no selections. Did you mean 'viewer { ... }'?)"},
		{`query Q{node(id:$x){id}}`, "variableNotDefined", "Variable $x is used by Q but not declared"},
		{`query Q($x:ID){viewer{login}}`, "variableNotUsed", "Variable $x is declared by Q but not used"},
		{`{viewer{...f}}`, "useAndDefineFragment", "Fragment f was used, but not defined"},
		{`{viewer{login}} fragment f on User{login}`, "useAndDefineFragment", "Fragment f was defined, but not used"},
		{`query($x:String){repository(owner:$x,name:"a"){name}}`, "variableMismatch", "Type mismatch on variable $x and argument (String / String!)"},
		{`{repository(owner:"a",name:"b"){pullRequests(states:[FOO]){totalCount}}}`, "argumentLiteralsIncompatible", ""},
		{`{viewer{a:login a:name}}`, "fieldConflict", "Field 'a' has a field conflict: login or name?"},
		{`{viewer{login @foo}}`, "undefinedDirective", "Directive @foo is not defined"},
		{`{viewer{login}} query B{viewer{login}}`, "LoneAnonymousOperation", "This anonymous operation must be the only defined operation."},
		{`{viewer{...on Foo{login}}}`, "undefinedType", "No such type Foo, so it can't be a fragment condition"},
	} {
		out := w.post(w.app(), c.query, nil)
		if _, ok := out["data"]; ok {
			t.Errorf("%s: was executed", c.query)
		}
		if got := get(out, "errors", 0, "extensions", "code"); got != c.code {
			t.Errorf("%s: code %v, want %s (%v)", c.query, got, c.code, out)
		}
		if _, got := firstError(out); c.message != "" && got != c.message {
			t.Errorf("%s: %q, want %q", c.query, got, c.message)
		}
		if get(out, "errors", 0, "locations", 0, "line") != 1.0 {
			t.Errorf("%s: no place in %v", c.query, out)
		}
	}
	if _, got := firstError(w.post(w.app(), `{viewer{`, nil)); !strings.HasPrefix(got, "Parse error") {
		t.Errorf("half a query: %q", got)
	}
}

func TestGraphQLVariables(t *testing.T) {
	w := newGQLWorld(t)
	query := `query Q($n:Int!){repository(owner:"acme",name:"api"){pullRequest(number:$n){number}}}`
	for _, c := range []struct {
		vars map[string]any
		want string
	}{
		{map[string]any{"n": 1}, ""},
		{nil, "Variable $n of type Int! was provided invalid value"},
		{map[string]any{"n": "one"}, "Variable $n of type Int! was provided invalid value"},
		{map[string]any{"n": 1.5}, "Variable $n of type Int! was provided invalid value"},
	} {
		if _, got := firstError(w.post(w.app(), query, c.vars)); got != c.want {
			t.Errorf("%v: %q, want %q", c.vars, got, c.want)
		}
	}
	out := w.post(w.app(), `mutation($i:CreateRefInput!){createRef(input:$i){ref{id}}}`, map[string]any{"i": map[string]any{"nme": "x"}})
	if get(out, "errors", 0, "extensions", "problems", 0, "path", 0) != "nme" {
		t.Errorf("no path to the problem in %v", out)
	}
}

func TestGraphQLOverHTTP(t *testing.T) {
	w := newGQLWorld(t)
	for _, c := range []struct {
		method, body string
		status       int
	}{
		{http.MethodPost, `{"query":"{viewer{login}}"}`, 200},
		{http.MethodPost, `{`, 400},
		{http.MethodGet, ``, 404},
	} {
		rec := httptest.NewRecorder()
		w.serveGraphQL(rec, httptest.NewRequest(c.method, "/graphql", strings.NewReader(c.body)), w.app())
		if rec.Code != c.status {
			t.Errorf("%s %s: %d, want %d", c.method, c.body, rec.Code, c.status)
		}
	}
}

func TestGraphQLIntrospection(t *testing.T) {
	w := newGQLWorld(t)
	d := w.data(w.app(), `{
		__type(name:"PullRequestState"){kind enumValues(includeDeprecated:true){name}}
		r:__type(name:"PullRequest"){fields(includeDeprecated:true){name type{kind name ofType{kind name}}} interfaces{name}}
		s:__type(name:"CreateRefInput"){inputFields{name type{kind ofType{name}}}}
		n:__type(name:"None"){name}
		__schema{queryType{name} mutationType{name} types{name kind} directives{name locations args{name}}}}`, nil)
	if diff := cmp.Diff([]any{map[string]any{"name": "CLOSED"}, map[string]any{"name": "MERGED"}, map[string]any{"name": "OPEN"}}, get(d, "__type", "enumValues")); diff != "" {
		t.Error(diff)
	}
	if get(d, "n") != nil || get(d, "__schema", "queryType", "name") != "Query" {
		t.Errorf("schema: %v, %v", get(d, "n"), get(d, "__schema", "queryType"))
	}
	number := map[string]any{"name": "number", "type": map[string]any{"kind": "NON_NULL", "name": nil, "ofType": map[string]any{"kind": "SCALAR", "name": "Int"}}}
	found := false
	for _, f := range get(d, "r", "fields").([]any) {
		found = found || cmp.Equal(f, number)
	}
	if !found {
		t.Errorf("PullRequest.number is not introspected as %v", number)
	}
}

func TestGraphQLNodeIDs(t *testing.T) {
	if got, want := globalID("PR", int64(101), int64(458)), "PR_kwDOAAAAZc4AAAHK"; got != want {
		t.Errorf("id %s, want %s", got, want)
	}
	prefix, parts, err := readGlobalID(globalID("C", int64(7), "abc"))
	if diff := cmp.Diff([]any{int64(7), "abc"}, parts); prefix != "C" || diff != "" || err != nil {
		t.Error(prefix, diff, err)
	}
	for _, bad := range []string{"", "x", "PR_", "PR_!!", "PR_kwDO", "PR_gA", globalID("PR", int64(1)) + "AAAA"} {
		if _, _, err := readGlobalID(bad); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
	w := newGQLWorld(t)
	c, _ := commitAt(w.r, w.main).(gqlCommit)
	for _, v := range []any{w.r, w.p, w.ana, w.r.owner, w.ours.bot, w.ours, w.core, c, branchRef(w.r, "main"), gqlTree{w.r, c.tree},
		gqlReview{w.p, w.p.reviews[0]}, gqlThread{w.p, w.p.threads[0]}, gqlCheck{w.r, w.r.checks[0]}, gqlSuite{w.r, w.r.suites[0]},
		gqlStatus{w.r, w.r.statuses[0]}, gqlLabel{w.r, w.r.labels[0]}, gqlRelease{w.r, w.r.releases[0]},
		gqlProtection{w.r, w.r.protections[0]}, gqlRuleset{w.r, w.r.rulesets[0]}} {
		d := w.data(w.app(), `query($i:ID!){node(id:$i){id __typename}}`, map[string]any{"i": gqlID(v)})
		if get(d, "node", "id") != gqlID(v) || get(d, "node", "__typename") != gqlTypeOf(v) {
			t.Errorf("%T: %v", v, d)
		}
	}
}
