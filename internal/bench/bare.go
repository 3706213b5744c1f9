package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"
)

// The least that a pull request's life takes of anybody who says on it what it waits for: a read when it is opened, a
// status, a read when it is approved, the merge, and the status again.
const (
	bareReads  = 2
	bareWrites = 3
)

const bareQuery = `query($n: Int!) { repository(owner: "acme", name: "api") { pullRequest(number: $n) {
	number state isDraft headRefOid baseRefName baseRefOid mergeable reviewDecision
	latestReviews(first: 20) { nodes { state author { login } commit { oid } } }
	commits(last: 1) { nodes { commit { statusCheckRollup { contexts(first: 50) { nodes { __typename ... on CheckRun { name status conclusion } } } } } } }
} } }`

// liveBare opens and approves a pull request, and makes the bare calls in its place.
func (l *lab) liveBare(ctx context.Context, n int) (life, error) {
	l.sim.SetHook("")
	defer func() { l.sim.SetHook(l.hooks.URL + "/hooks/github") }()
	for _, line := range []string{openLine(n), fmt.Sprintf("review %d bob approved", n)} {
		if err := l.sim.Exec(line); err != nil {
			return life{}, err
		}
	}
	if err := l.ask(ctx, http.MethodGet, fmt.Sprintf("/repos/acme/api/pulls/%d", n), nil); err != nil {
		return life{}, err
	}
	for at, ok := l.sim.Next(); ok; at, ok = l.sim.Next() { // mergeability is computed
		l.clock.to(at)
		l.sim.Step(l.clock.Now())
	}
	status := "/repos/acme/api/statuses/" + l.sim.SHA(fmt.Sprintf("a%d", n))
	read := map[string]any{"query": bareQuery, "variables": map[string]any{"n": n}}
	began := time.Now()
	var asked time.Time
	for i, call := range []struct {
		method, path string
		body         any
	}{
		{http.MethodPost, "/graphql", read},
		{http.MethodPost, status, map[string]string{"state": "pending", "context": "bare"}},
		{http.MethodPost, "/graphql", read},
		{http.MethodPut, fmt.Sprintf("/repos/acme/api/pulls/%d/merge", n), map[string]string{"merge_method": "squash"}},
		{http.MethodPost, status, map[string]string{"state": "success", "context": "bare"}},
	} {
		if i == 2 {
			asked = l.clock.Now()
		}
		if err := l.ask(ctx, call.method, call.path, call.body); err != nil {
			return life{}, err
		}
	}
	return life{took: time.Since(began), sent: l.door.merged().Sub(asked)}, nil
}

// ask sends one request as a person who may do everything, and reads its answer.
func (l *lab) ask(ctx context.Context, method, path string, body any) error {
	return ask(ctx, l.web.URL, l.sim.Credentials().Tokens["dan"], method, path, body)
}

func ask(ctx context.Context, base, token, method, path string, body any) error {
	doc, err := json.Marshal(body)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, method, base+path, bytes.NewReader(doc))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close() //nolint:errcheck // read to its end
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode >= 300 || bytes.Contains(answer, []byte(`"errors":[`)) {
		return fmt.Errorf("%s %s: %s: %.300s", method, path, resp.Status, answer)
	}
	return nil
}
