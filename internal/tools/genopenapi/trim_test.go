package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pitcrew-app/pitcrew/internal/tools/npm"
)

// small has one of each thing that trimming treats in a way of its own.
const small = `{
  "paths": {
    "/a/{id}": {
      "get": {
        "summary": "s", "operationId": "a/get", "x-github": {}, "tags": ["a"],
        "parameters": [{"$ref": "#/components/parameters/id"}],
        "responses": {
          "200": {"description": "ok", "content": {"application/json": {
            "schema": {"$ref": "#/components/schemas/a"}, "examples": {"default": {"$ref": "#/components/examples/a"}}}}},
          "404": {"$ref": "#/components/responses/gone"}
        }
      },
      "delete": {"responses": {"204": {"description": "gone"}}}
    }
  },
  "x-webhooks": {
    "some-thing-was-done": {"post": {
      "parameters": [{"name": "X-Github-Event", "in": "header", "example": "some_thing"}],
      "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/hook"}}}}}},
    "other": {"post": {
      "parameters": [{"name": "X-Github-Event", "in": "header", "example": "other"}],
      "requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}}}}
  },
  "components": {
    "parameters": {"id": {"name": "id", "in": "path", "required": true, "x-multi-segment": true, "description": "d", "schema": {"type": "string"}}},
    "responses": {"gone": {"description": "Resource not found"}},
    "examples": {"a": {"value": {"description": "x"}}},
    "schemas": {
      "a": {"title": "A", "type": "object", "required": ["description"], "properties": {
        "description": {"type": "string", "description": "d", "example": "e", "enum": ["description"]},
        "title": {"oneOf": [{"$ref": "#/components/schemas/b"}, {"type": "string"}], "discriminator": {"propertyName": "type"}}}},
      "b": {"type": "object", "properties": {"a": {"$ref": "#/components/schemas/a"}}},
      "hook": {"type": "object", "properties": {"action": {"type": "string", "enum": ["was_done"]}}},
      "unused": {"type": "string"}
    }
  }
}`

func smallPackage() map[string][]byte {
	pkg := map[string][]byte{dotcom: []byte(small), licence: []byte("MIT")}
	for _, s := range servers {
		pkg[member(s)] = []byte(small)
	}
	return pkg
}

func trimmed(t *testing.T, operations, events []string) (api, hooks object, err error) {
	t.Helper()
	files, err := generate(smallPackage(), operations, events)
	if err != nil {
		return nil, nil, err
	}
	for i, to := range []*object{&api, &hooks} {
		if err := json.Unmarshal(files[i].Content, to); err != nil {
			t.Fatal(err)
		}
	}
	return api, hooks, nil
}

func TestOperations(t *testing.T) {
	api, _, err := trimmed(t, []string{"GET /a/{id}"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{
	  "/a/{id}": {"get": {
	    "operationId": "a/get",
	    "parameters": [{"$ref": "#/components/parameters/id"}],
	    "responses": {
	      "200": {"description": "", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/a"}}}},
	      "404": {"$ref": "#/components/responses/gone"}}}}}`
	if diff := cmp.Diff(decode(t, want), api["paths"]); diff != "" {
		t.Errorf("paths (-want +got):\n%s", diff)
	}
	const components = `{
	  "parameters": {"id": {"name": "id", "in": "path", "required": true, "x-multi-segment": true, "schema": {"type": "string"}}},
	  "responses": {"gone": {"description": ""}},
	  "schemas": {
	    "a": {"type": "object", "required": ["description"], "properties": {
	      "description": {"type": "string", "enum": ["description"]},
	      "title": {"anyOf": [{"$ref": "#/components/schemas/b"}, {"type": "string"}]}}},
	    "b": {"type": "object", "properties": {"a": {"$ref": "#/components/schemas/a"}}}}}`
	if diff := cmp.Diff(decode(t, components), api["components"]); diff != "" {
		t.Errorf("components (-want +got):\n%s", diff)
	}
}

func TestWebhooks(t *testing.T) {
	_, hooks, err := trimmed(t, nil, []string{"some_thing"})
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"schemas": {
	  "some_thing.was_done": {"$ref": "#/components/schemas/hook"},
	  "hook": {"type": "object", "properties": {"action": {"type": "string", "enum": ["was_done"]}}}}}`
	if diff := cmp.Diff(decode(t, want), hooks["components"]); diff != "" {
		t.Errorf("components (-want +got):\n%s", diff)
	}
}

func TestWhatIsNotThere(t *testing.T) {
	for _, tt := range []struct {
		operation, event, want string
	}{
		{"PUT /a/{id}", "other", `operations.txt: "PUT /a/{id}" is not in`},
		{"GET /b", "other", `operations.txt: "GET /b" is not in`},
		{"GET /a/{id}", "push", `events.txt: "push" is not in`},
	} {
		_, _, err := trimmed(t, []string{tt.operation}, []string{tt.event})
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("got %v, want %q", err, tt.want)
		}
	}
}

// Of a server there are only requests, and an operation that it lacks is no error.
func TestRequestsOfServers(t *testing.T) {
	pkg := smallPackage()
	pkg[member("ghes-3.18")] = []byte(strings.Replace(small, `"delete"`, `"unknown"`, 1))
	files, err := generate(pkg, []string{"GET /a/{id}", "DELETE /a/{id}"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	const parameters = `"operationId": "a/get", "parameters": [{"$ref": "#/components/parameters/id"}]`
	for name, want := range map[string]string{
		"ghes-3.17.json.gz": `{"/a/{id}": {"get": {` + parameters + `}, "delete": {}}}`,
		"ghes-3.18.json.gz": `{"/a/{id}": {"get": {` + parameters + `}}}`,
	} {
		i := slices.IndexFunc(files, func(f npm.File) bool { return f.Name == name })
		if diff := cmp.Diff(decode(t, want), dig(decode(t, string(files[i].Content)), "paths")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestReadList(t *testing.T) {
	name := filepath.Join(t.TempDir(), "list")
	if err := os.WriteFile(name, []byte("# comment\n\nGET /a\n  GET /b  \n"), 0o644); err != nil {
		t.Fatal(err)
	}
	got, err := readList(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"GET /a", "GET /b"}, got); diff != "" {
		t.Error(diff)
	}
}

func decode(t *testing.T, text string) any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	return v
}
