package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/internal/ledger"
	"github.com/pitcrew-app/pitcrew/rules"
)

// A large house: with four open pull requests in each repository, 20,000 of them, and 100,000 events in the log.
const (
	largeRepositories = 5000
	pullsEach         = 4
	together          = 50 // repositories in one transaction
)

// fill writes the log and the ledger of a house of so many repositories into a directory. Each pull request was opened,
// decided and acted on.
func fill(ctx context.Context, dir string, repositories int) error {
	log, err := eventlog.Open(dir, eventlog.Options{})
	if err != nil {
		return err
	}
	book, err := ledger.Open(dir, log)
	if err != nil {
		return errors.Join(err, log.Close())
	}
	return errors.Join(write(ctx, log, repositories), book.CatchUp(ctx), book.Close(), log.Close())
}

func write(ctx context.Context, log *eventlog.DB, repositories int) error {
	decided, err := decisions()
	if err != nil {
		return err
	}
	now := time.Now().UTC()
	for first := 1; first <= repositories; first += together {
		a := eventlog.Append{Received: now, Cursors: map[string]string{}}
		for repo := first; repo < first+together && repo <= repositories; repo++ {
			a.Cursors[fmt.Sprintf("repo:%d", repo)] = fmt.Sprintf(`{"installation":1,"owner":"acme","name":"service-%d","default_branch":"main"}`, repo)
			for n := 1; n <= pullsEach; n++ {
				a.Events = append(a.Events, history(int64(repo), n, now.Add(-time.Duration(repo)*time.Minute), decided[n-1])...)
			}
		}
		if _, err := log.Append(ctx, a); err != nil {
			return err
		}
	}
	return nil
}

// decisions are what the four pull requests of a repository wait for.
func decisions() ([]json.RawMessage, error) {
	var docs []json.RawMessage
	for _, why := range []rules.Reason{
		{Code: rules.CodeConflict, State: rules.NeedsYou, Args: rules.Args{"base": "main"}},
		{Code: rules.CodeCheckPending, State: rules.Waiting, Args: rules.Args{"name": "build", "head": "3f2a1c9"}},
		{Code: rules.CodeChanges, State: rules.NeedsYou},
		{Code: rules.CodeInLine, State: rules.Waiting, Args: rules.Args{"method": "squash", "base": "main"}},
	} {
		doc, err := json.Marshal(rules.Decided{Head: headOfHouse, Answers: []rules.Answer{{Rule: "merge", Because: []rules.Reason{why}}}})
		if err != nil {
			return nil, err
		}
		docs = append(docs, doc)
	}
	return docs, nil
}

const headOfHouse = "3f2a1c9d5be0a7c41f6d2e8b9a0c1d2e3f4a5b6c"

// history is what happened to a pull request.
func history(repo int64, n int, at time.Time, decided json.RawMessage) []eventlog.Event {
	of := func(source, kind string, facts json.RawMessage) eventlog.Event {
		return eventlog.Event{Source: source, Kind: kind, Installation: 1, Repository: repo, Subject: rules.PRSubject(repo, n), At: at, Facts: facts}
	}
	return []eventlog.Event{
		of("github", "pull_request.opened", json.RawMessage(`{"state":"open","base":"main"}`)),
		of("pitcrew", rules.EventDecided, decided),
		of("pitcrew", rules.EventIntended, json.RawMessage(`{"kind":"request-reviewers","key":"k","action":{"head":"`+headOfHouse+`"}}`)),
		of("pitcrew", rules.EventReplied, json.RawMessage(`{"kind":"request-reviewers","key":"k","status":201}`)),
		of("pitcrew", rules.EventSeen, json.RawMessage(`{"kind":"request-reviewers","key":"k"}`)),
	}
}
