package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

type object = map[string]any

// description is GitHub's document, parsed.
type description struct {
	paths      object
	hooks      object
	components object
}

func parse(b []byte) (*description, error) {
	var doc object
	if err := json.Unmarshal(b, &doc); err != nil {
		return nil, fmt.Errorf("parse description: %w", err)
	}
	d := &description{}
	d.paths, _ = doc["paths"].(object)
	d.hooks, _ = doc["x-webhooks"].(object)
	d.components, _ = doc["components"].(object)
	if d.paths == nil || d.hooks == nil || d.components == nil {
		return nil, fmt.Errorf("parse description: paths, x-webhooks or components missing")
	}
	return d, nil
}

// operations returns a document with the listed operations ("METHOD /path") alone.
func (d *description) operations(list []string) ([]byte, error) {
	paths := object{}
	for _, line := range list {
		op := d.operation(line)
		if op == nil {
			return nil, fmt.Errorf("operations.txt: %q is not in %s", line, source.Version)
		}
		put(paths, line, op)
	}
	return d.document(paths, nil)
}

// requests returns a document with what requests of the listed operations may hold. An operation that this description
// lacks is left out: who calls it is told so.
func (d *description) requests(list []string) ([]byte, error) {
	paths := object{}
	for _, line := range list {
		if op := d.operation(line); op != nil {
			delete(op, "responses")
			put(paths, line, op)
		}
	}
	return d.document(paths, nil)
}

// operation is one of the description's operations, cleaned; nil: there is none.
func (d *description) operation(line string) object {
	method, path, _ := strings.Cut(line, " ")
	op, _ := dig(d.paths, path, strings.ToLower(method)).(object)
	if op == nil {
		return nil
	}
	return cleanObject(op)
}

func put(paths object, line string, op object) {
	method, path, _ := strings.Cut(line, " ")
	if paths[path] == nil {
		paths[path] = object{}
	}
	paths[path].(object)[strings.ToLower(method)] = op
}

// webhooks returns a document whose schemas named "event" or "event.action"
// are the payloads of the listed events. The webhooks themselves are no paths,
// so this one has none.
func (d *description) webhooks(events []string) ([]byte, error) {
	schemas := object{}
	seen := map[string]bool{}
	for name := range d.hooks {
		post, _ := dig(d.hooks, name, "post").(object)
		event := headerExample(post, "X-Github-Event")
		if !slices.Contains(events, event) {
			continue
		}
		seen[event] = true
		schema := dig(post, "requestBody", "content", "application/json", "schema")
		if schema == nil {
			return nil, fmt.Errorf("webhook %s has no schema", name)
		}
		schemas[payloadName(name, event)] = clean(schema)
	}
	for _, event := range events {
		if !seen[event] {
			return nil, fmt.Errorf("events.txt: %q is not in %s", event, source.Version)
		}
	}
	return d.document(object{}, schemas)
}

// payloadName turns pull-request-ready-for-review of the event pull_request
// into pull_request.ready_for_review.
func payloadName(name, event string) string {
	name = strings.ReplaceAll(name, "-", "_")
	if action, ok := strings.CutPrefix(name, event+"_"); ok {
		return event + "." + action
	}
	return name
}

func headerExample(op object, header string) string {
	list, _ := op["parameters"].([]any)
	for _, p := range list {
		if name, _ := dig(p, "name").(string); strings.EqualFold(name, header) {
			s, _ := dig(p, "example").(string)
			return s
		}
	}
	return ""
}

// document puts paths and schemas together with the components they lead to.
func (d *description) document(paths, schemas object) ([]byte, error) {
	doc := object{
		"openapi":    "3.0.3",
		"info":       object{"title": "GitHub v3 REST API, trimmed from " + source.Version, "version": "1.1.4"},
		"paths":      paths,
		"components": object{},
	}
	components := doc["components"].(object)
	if schemas != nil {
		components["schemas"] = schemas
	}
	todo := refs(doc, nil)
	for len(todo) > 0 {
		ref := todo[0]
		todo = todo[1:]
		kind, name, err := splitRef(ref)
		if err != nil {
			return nil, err
		}
		if components[kind] == nil {
			components[kind] = object{}
		}
		into := components[kind].(object)
		if _, ok := into[name]; ok {
			continue
		}
		c := dig(d.components, kind, name)
		if c == nil {
			return nil, fmt.Errorf("%s leads nowhere", ref)
		}
		into[name] = dig(cleanNamed(kind, object{name: c}), name)
		todo = refs(into[name], todo)
	}
	return json.Marshal(doc)
}

func splitRef(ref string) (kind, name string, err error) {
	rest, ok := strings.CutPrefix(ref, "#/components/")
	kind, name, slash := strings.Cut(rest, "/")
	if !ok || !slash {
		return "", "", fmt.Errorf("reference %q is of no known form", ref)
	}
	return kind, name, nil
}

// refs appends the references within v.
func refs(v any, list []string) []string {
	switch v := v.(type) {
	case object:
		if ref, ok := v["$ref"].(string); ok {
			list = append(list, ref)
		}
		for _, e := range v {
			list = refs(e, list)
		}
	case []any:
		for _, e := range v {
			list = refs(e, list)
		}
	}
	return list
}

// dig follows keys through objects; nil where one is missing.
func dig(v any, keys ...string) any {
	for _, k := range keys {
		o, _ := v.(object)
		v = o[k]
	}
	return v
}
