package contract

import (
	_ "embed"
	"errors"
	"fmt"
	"net/http"
)

//go:embed ghes-3.17.json.gz
var ghes317 []byte

//go:embed ghes-3.18.json.gz
var ghes318 []byte

//go:embed ghes-3.19.json.gz
var ghes319 []byte

// newServers are the releases of GitHub Enterprise Server that GitHub describes,
// each with what requests may hold.
func newServers() ([]edition, error) {
	var list []edition
	for _, s := range []struct {
		name     string
		document []byte
	}{{"GHES 3.17", ghes317}, {"GHES 3.18", ghes318}, {"GHES 3.19", ghes319}} {
		e, err := newEdition(s.name, s.document)
		if err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return list, nil
}

// serverFaults judges a request as each server would read it.
func (r *Referee) serverFaults(req *http.Request, body []byte) []error {
	if isGraphQL(req) {
		return r.old.faults(req, body)
	}
	var found []error
	for i := range r.servers {
		if err := r.servers[i].fault(req, body); err != nil {
			found = append(found, err)
		}
	}
	return found
}

func (e *edition) fault(req *http.Request, body []byte) error {
	rt, params, err := e.find(req.Method, req.URL)
	if err != nil {
		return fmt.Errorf("%s has no %s %s", e.name, req.Method, canonical(req.URL.EscapedPath()))
	}
	if found := rt.requestFaults(params, req, body); len(found) > 0 {
		return fmt.Errorf("%s: %w", e.name, errors.Join(found...))
	}
	return nil
}
