package server_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/rules"
)

// large is a house with 5,000 repositories and 20,000 open pull requests, each decided and with one act.
func large(b *testing.B) *house {
	h := newHouse(b)
	decided := map[int]string{}
	for i, a := range [][]rules.Answer{
		{answer("merge", why(rules.CodeConflict, rules.NeedsYou, "base", "main"))},
		{answer("merge", why(rules.CodeCheckPending, rules.Waiting, "name", "build", "head", "3f2a1c9"))},
		{answer("merge", rules.Reason{Code: rules.CodeChanges, State: rules.NeedsYou, Who: []rules.Person{h.bo}})},
		{answer("merge", why(rules.CodeInLine, rules.Waiting, "method", "squash", "base", "main"))},
	} {
		doc, err := json.Marshal(rules.Decided{Head: head1, Answers: a})
		if err != nil {
			b.Fatal(err)
		}
		decided[i] = string(doc)
	}
	for repo := int64(1); repo <= 5000; repo++ {
		a := eventlog.Append{Delivery: fmt.Sprint("r", repo), Received: pagesNow.Add(-day),
			Cursors: map[string]string{fmt.Sprintf("repo:%d", repo): fmt.Sprintf(`{"installation":1,"owner":"acme","name":"service-%d"}`, repo)}}
		for n := 1; n <= 4; n++ {
			s := rules.PRSubject(repo, n)
			at := pagesNow.Add(-time.Duration(repo) * time.Minute)
			of := func(source, kind, facts string) eventlog.Event {
				return eventlog.Event{Source: source, Kind: kind, Installation: 1, Repository: repo, Subject: s, At: at, Facts: json.RawMessage(facts)}
			}
			a.Events = append(a.Events, of("github", "pull_request.opened", `{"state":"open","base":"main"}`), of("pitcrew", rules.EventDecided, decided[n-1]),
				of("pitcrew", rules.EventIntended, `{"kind":"merge","key":"k","action":{"head":"k"}}`), of("pitcrew", rules.EventSeen, `{"kind":"merge","key":"k"}`))
		}
		h.add(a)
	}
	h.catchUp()
	return h
}

// BenchmarkPage is how long a page takes from the request to its last byte, without the network. The limit is 50 ms.
func BenchmarkPage(b *testing.B) {
	h := large(b)
	for _, path := range []string{"/", "/pulls?state=waiting&from=4000", "/repositories", "/repositories?from=4950", "/repositories/acme/service-2500",
		"/pulls/acme/service-2500/3", "/lines/acme/service-2500/main", "/impact", "/impact?weeks=53", "/health", "/search?q=service-25"} {
		b.Run(path, func(b *testing.B) {
			for b.Loop() {
				if w := h.get(path); w.Code != 200 {
					b.Fatalf("status %d", w.Code)
				}
			}
		})
	}
}
