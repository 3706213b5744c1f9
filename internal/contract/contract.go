// Package contract is a referee for tests: it judges what we send to GitHub,
// and what the simulated GitHub sends to us, by GitHub's own published
// descriptions, so that a test cannot pass on a request that GitHub would
// refuse or silently ignore.
//
// openapi.json.gz, webhooks.json.gz and ghes-*.json.gz are cut by
// internal/tools/genopenapi from the npm package @octokit/openapi; what is cut
// out is listed in operations.txt and events.txt, which are reviewed files: an
// operation that is not listed may not be called. The GraphQL schemas are those
// of internal/ghsim/schema.
//
// One program speaks with github.com and with GitHub Enterprise Server, so each
// request is judged by all of them (server.go): what a server lacks is a fault,
// unless the program has another way there (otherways.go). Answers and webhooks
// are github.com's.
//
// The words: an operation is a method and a path template ("PUT
// /repos/{owner}/{repo}/pulls/{pull_number}/merge"). A judgement is an error,
// nil where nothing is wrong; its text names every fault found and shows the
// request as a curl line without its secrets.
//
// Requests are judged more strictly than GitHub does: GitHub ignores a
// property or a query parameter that it does not know, so that a typo passes
// unseen; here it is a fault. Responses and webhooks are judged as strictly,
// because a property that only the simulator has is a trap for the program.
//
// Only tests import this package.
package contract

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"fmt"
	"io"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/pitcrew-app/pitcrew/internal/ghsim/schema"
)

//go:embed openapi.json.gz
var openapiDocument []byte

//go:embed webhooks.json.gz
var webhookDocument []byte

// Referee judges requests, responses, webhooks and GraphQL documents, and
// remembers which operations it saw. It may be used by several goroutines.
type Referee struct {
	edition // github.com
	servers []edition
	graph   *ast.Schema
	old     *oldServer
	hooks   func() (openapi3.Schemas, error)

	mu   sync.Mutex
	seen map[Seen]int
}

// edition is one GitHub as its REST description has it.
type edition struct {
	name   string
	routes []route
}

// New loads the descriptions; it takes some tens of milliseconds. One Referee
// serves a whole test binary.
func New() (*Referee, error) {
	dotcom, err := newEdition("github.com", openapiDocument)
	if err != nil {
		return nil, err
	}
	servers, err := newServers()
	if err != nil {
		return nil, err
	}
	graph, err := schema.Load()
	if err != nil {
		return nil, fmt.Errorf("load GitHub's GraphQL schema: %w", err)
	}
	old, err := newOldServer()
	if err != nil {
		return nil, err
	}
	return &Referee{
		edition: dotcom,
		servers: servers,
		graph:   graph,
		old:     old,
		hooks:   sync.OnceValues(loadWebhooks),
		seen:    map[Seen]int{},
	}, nil
}

func newEdition(name string, document []byte) (edition, error) {
	doc, err := load(document)
	if err != nil {
		return edition{}, fmt.Errorf("load the description of %s: %w", name, err)
	}
	routes, err := newRoutes(doc)
	return edition{name, routes}, err
}

func load(compressed []byte) (*openapi3.T, error) {
	r, err := gzip.NewReader(bytes.NewReader(compressed))
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	return openapi3.NewLoader().LoadFromData(b)
}

func loadWebhooks() (openapi3.Schemas, error) {
	doc, err := load(webhookDocument)
	if err != nil {
		return nil, fmt.Errorf("load GitHub's webhooks: %w", err)
	}
	return doc.Components.Schemas, nil
}
