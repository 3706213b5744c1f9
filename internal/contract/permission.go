package contract

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// Permission is one permission of a GitHub App with the access that an
// operation needs: as in the App's manifest, contents: write.
type Permission struct {
	Name   string // "contents", "pull_requests", …
	Access string // "read" or "write"
	Doc    string // the page that says so
}

func (p Permission) String() string { return p.Name + ": " + p.Access }

// Needs returns the permissions of which an installation must have one (any of
// them will do) for the operation with this method and path template. None
// means that no permission is asked: the operation is the App's own, a user's,
// or anybody's, or it is not declared.
func Needs(method, path string) []Permission {
	for _, n := range needs {
		if n.operation == method+" "+path {
			return n.anyOf()
		}
	}
	return nil
}

func (n need) anyOf() []Permission {
	var list []Permission
	for _, alternative := range n.any {
		name, access, _ := strings.Cut(alternative, ":")
		list = append(list, Permission{Name: name, Access: access, Doc: n.page()})
	}
	return list
}

// page is where GitHub's documentation lists the operation's permissions.
func (n need) page() string {
	return "https://docs.github.com/rest/" + n.doc
}

// Permission judges whether the permissions granted (name → read, write or
// admin) suffice for a REST request; GitHub would answer 403 "Resource not
// accessible by integration". GraphQL is judged by QueryPermission.
func (r *Referee) Permission(req *http.Request, granted map[string]string) error {
	if isGraphQL(req) {
		return fmt.Errorf("permissions of %s: judge the document by QueryPermission", req.URL.Path)
	}
	rt, _, err := r.find(req.Method, req.URL)
	if err != nil {
		return err
	}
	list := Needs(rt.method, rt.template)
	if len(list) == 0 || slices.ContainsFunc(list, func(p Permission) bool { return covers(granted[p.Name], p.Access) }) {
		return nil
	}
	return fmt.Errorf("%s needs %s (%s)", rt, alternatives(list), list[0].Doc)
}

func alternatives(list []Permission) string {
	var names []string
	for _, p := range list {
		names = append(names, p.String())
	}
	return strings.Join(names, " or ")
}

// accesses are in ascending order; each contains those before it.
var accesses = []string{"read", "write", "admin"}

func covers(granted, wanted string) bool {
	return slices.Index(accesses, granted) >= slices.Index(accesses, wanted)
}

// asApp tells whether an operation is authorised by the App's JWT.
// https://docs.github.com/rest/authentication/endpoints-available-for-github-app-installation-access-tokens
func asApp(rt *route) bool {
	switch rt.template {
	case "/app", "/orgs/{org}/installation", "/repos/{owner}/{repo}/installation":
		return true
	}
	return strings.HasPrefix(rt.template, "/app/")
}
