package contract

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
)

func TestResponse(t *testing.T) {
	r := referee(t)
	const merge = "/repos/acme/api/pulls/7/merge"
	for _, tt := range []struct {
		name, method, target string
		status               int
		body                 string
		want                 string
	}{
		{"merged", "PUT", merge, 200, `{"sha":"a","merged":true,"message":"Pull Request successfully merged"}`, ""},
		{"merged, property missing", "PUT", merge, 200, `{"sha":"a","merged":true}`, `"message" is missing`},
		{"merged, property invented", "PUT", merge, 200, `{"sha":"a","merged":true,"message":"m","at":1}`, "body/at: unknown property"},
		{"head moved", "PUT", merge, 409, `{"message":"Head branch was modified. Review and try the merge again.","documentation_url":"https://docs.github.com/rest"}`, ""},
		{"status that the operation has not", "PUT", merge, 201, `{}`, "never answers 201; described are 200, 403"},
		{"gateway", "PUT", merge, 502, "<html>", ""},
		{"too many requests", "PUT", merge, 429, `{"message":"You have exceeded a secondary rate limit"}`, ""},
		{"error without message", "PUT", merge, 429, `{}`, "has a message"},
		{"error that is no JSON", "GET", "/repos/acme/api", 401, "no", "is a JSON object"},
		{"redirect after a rename", "GET", "/repos/acme/api", 301, "", ""},
		{"not modified", "GET", "/repos/acme/api", 304, "", ""},
		{"without a body", "DELETE", "/repos/acme/api/git/refs/heads/x", 204, "", ""},
		{"with a body where none is", "DELETE", "/repos/acme/api/git/refs/heads/x", 204, `{}`, "without a body"},
		{"update accepted", "PUT", "/repos/acme/api/pulls/7/update-branch", 202, `{"message":"Updating pull request branch.","url":"https://api.github.com/repos/acme/api/pulls/7"}`, ""},
		{"undeclared", "DELETE", "/repos/acme/api", 204, "", "not declared"},
		{"list", "GET", "/repos/acme/api/labels", 200, `[{"id":1,"node_id":"x","url":"https://x","name":"a","description":null,"color":"f00","default":false},{"id":2}]`, "body/1/"},
		{"null where none is allowed", "GET", "/repos/acme/api/labels/a", 200, `{"id":1,"node_id":"x","url":"https://x","name":null,"description":null,"color":"f00","default":false}`, "body/name"},
		{"graphql", "POST", "/graphql", 200, `{"data":{"viewer":{"login":"x"}}}`, ""},
		{"graphql, refused", "POST", "/graphql", 200, `{"data":null,"errors":[{"message":"m"}]}`, ""},
		{"graphql, property invented", "POST", "/graphql", 200, `{"data":{},"error":"m"}`, "body/error: unknown property"},
		{"graphql, nothing", "POST", "/graphql", 200, `{}`, "neither data nor errors"},
		{"graphql, created", "POST", "/graphql", 201, `{"data":{}}`, "GraphQL never answers 201"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			req := request(t, tt.method, tt.target, "")
			check(t, r.Response(req, tt.status, nil, []byte(tt.body)), tt.want)
		})
	}
}

func TestResponseContentType(t *testing.T) {
	const body = `{"message":"Not Found","documentation_url":"https://docs.github.com/rest"}`
	req := request(t, "GET", "/repos/acme/api", "")
	check(t, referee(t).Response(req, 404, http.Header{"Content-Type": {"text/plain"}}, []byte(body)), `Content-Type is "text/plain"`)
	check(t, referee(t).Response(req, 404, http.Header{"Content-Type": {"application/json; charset=utf-8"}}, []byte(body)), "")
}

func TestRawResponse(t *testing.T) {
	req := request(t, "GET", "/repos/acme/api/contents/x", "")
	check(t, referee(t).Response(req, 200, nil, []byte("just text")), "no JSON")
	req.Header.Set("Accept", "application/vnd.github.raw+json")
	check(t, referee(t).Response(req, 200, nil, []byte("just text")), "")
}

// Every answer described accepts its own smallest sample and knows what was
// put into it: the trimmed description is whole.
func TestResponseSamples(t *testing.T) {
	r := referee(t)
	for _, rt := range r.routes {
		for code, ref := range rt.op.Responses.Map() {
			media := ref.Value.Content["application/json"]
			status, err := strconv.Atoi(code)
			if err != nil || media == nil || status >= 300 {
				continue
			}
			body := sample(media.Schema.Value)
			req := request(t, rt.method, filled(&rt), "")
			if err := r.Response(req, status, nil, marshal(t, body)); err != nil {
				t.Errorf("%s %s: %v", &rt, code, err)
			}
		}
	}
}

// filled is a path that leads to the route.
func filled(rt *route) string {
	path := rt.template
	for _, name := range rt.names {
		path = strings.Replace(path, "{"+name+"}", "1", 1)
	}
	return path
}

func TestExceptions(t *testing.T) {
	if len(exceptions) > 10 {
		t.Errorf("%d exceptions; more than ten say that answers are not judged", len(exceptions))
	}
	for _, e := range exceptions {
		if e.why == "" {
			t.Errorf("%v has no reason", e.fault)
		}
	}
	r := referee(t)
	pull := func(change func(repo map[string]any)) []byte {
		rt, _, err := r.find("GET", request(t, "GET", "/repos/acme/api/pulls/7", "").URL)
		if err != nil {
			t.Fatal(err)
		}
		p := sample(rt.op.Responses.Status(200).Value.Content["application/json"].Schema.Value).(map[string]any)
		change(p["base"].(map[string]any)["repo"].(map[string]any))
		return marshal(t, p)
	}
	req := request(t, "GET", "/repos/acme/api/pulls/7", "")
	check(t, r.Response(req, 200, nil, pull(func(repo map[string]any) { repo["template_repository"] = nil })), "")
	check(t, r.Response(req, 200, nil, pull(func(repo map[string]any) { repo["template_repo"] = nil })), "body/base/repo/template_repo: unknown property")
	check(t, r.Response(req, 200, nil, pull(func(repo map[string]any) { delete(repo, "node_id") })), `body/base/repo/node_id: property "node_id" is missing`)
}

func TestMatrix(t *testing.T) {
	r, err := New()
	if err != nil {
		t.Fatal(err)
	}
	req := request(t, "PUT", "/repos/acme/api/pulls/7/merge", "")
	for _, status := range []int{409, 502, 409} {
		_ = r.Response(req, status, nil, []byte(`{"message":"m"}`))
	}
	_ = r.Response(request(t, "POST", "/graphql", ""), 200, nil, []byte(`{"data":{}}`))
	const op = "PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge"
	got := map[int]Cell{}
	var of []Cell
	graph := false
	for _, c := range r.Matrix() {
		if c.Operation == "POST /graphql" && c.Status == 200 && c.Times == 1 {
			graph = true
		}
		if c.Operation == op {
			got[c.Status] = c
			of = append(of, c)
		}
	}
	if !graph {
		t.Error("GraphQL is not in the matrix")
	}
	for status, want := range map[int]Cell{
		200: {Documented: true},
		409: {Documented: true, Times: 2},
		502: {Times: 1},
	} {
		want.Seen = Seen{op, status}
		if got[status] != want {
			t.Errorf("got %+v, want %+v", got[status], want)
		}
	}
	if text := Table(of); !strings.HasPrefix(text, op+": 200×0 ") || !strings.Contains(text, " 409×2 ") || !strings.HasSuffix(text, " 502*×1") {
		t.Errorf("table: %s", text)
	}
}
