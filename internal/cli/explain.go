package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/ledger"
	"github.com/pitcrew-app/pitcrew/rules"
	"github.com/spf13/cobra"
)

func explainCommand(a *app) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "explain OWNER/REPO#N",
		Short: "say why a pull request is where it is",
		Long: `Prints the tree of reasons of a pull request, as its page and its check run have it: what holds, what is waited for,
what clears it and who can. Reads the log in PITCREW_DATA, also beside a running server.`,
		Example: "  pitcrew explain acme/api#41",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			name, number, err := pullName(args[0])
			if err != nil {
				return err
			}
			e, err := a.explain(c.Context(), name, number)
			if err != nil {
				return err
			}
			if asJSON {
				enc := json.NewEncoder(a.out)
				enc.SetIndent("", "  ")
				return enc.Encode(e)
			}
			return e.print(a.out, coloured(a))
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print as JSON")
	return c
}

var pullForm = regexp.MustCompile(`^(?:https?://[^/]+/)?([\w.-]+/[\w.-]+)(?:#|/pull/)(\d+)/?$`)

// pullName reads owner/repo#7, or the address of a pull request on GitHub.
func pullName(text string) (name string, number int, err error) {
	m := pullForm.FindStringSubmatch(text)
	if m == nil {
		return "", 0, usageError{fmt.Sprintf("%q is no pull request", text), "write it like acme/api#41; a shell may want quotes around it"}
	}
	number, err = strconv.Atoi(m[2])
	return m[1], number, err
}

// explanation is what explain prints.
type explanation struct {
	PullRequest string          `json:"pull_request"`
	State       rules.State     `json:"state"`
	Sentence    string          `json:"sentence"`
	Rules       []explainedRule `json:"rules"`
	Head        string          `json:"head,omitempty"`
	Looked      time.Time       `json:"looked,omitzero"`
	Position    int             `json:"position,omitempty"` // in the line of its base
}

type explainedRule struct {
	Rule    string            `json:"rule"`
	State   rules.State       `json:"state"`
	Because []explainedReason `json:"because"`
}

type explainedReason struct {
	Code     rules.Code  `json:"code"`
	State    rules.State `json:"state"`
	Sentence string      `json:"sentence"`
	Clears   string      `json:"clears,omitempty"`
	By       string      `json:"by,omitempty"`
	Where    string      `json:"where,omitempty"`
}

func (a *app) explain(ctx context.Context, name string, number int) (explanation, error) {
	book, log, err := openReadOnly(a)
	if err != nil {
		return explanation{}, err
	}
	defer closeBoth(book, log)
	repo, ok, err := book.RepositoryNamed(ctx, name)
	if err != nil {
		return explanation{}, err
	}
	if !ok {
		return explanation{}, usageError{"pitcrew does not know the repository " + name, "is the App installed there, and has the server seen it?"}
	}
	pull, ok, err := book.PullRequest(ctx, repo.ID, number)
	if err != nil {
		return explanation{}, err
	}
	if !ok {
		return explanation{}, usageError{fmt.Sprintf("pitcrew has not seen %s#%d", name, number), "the next webhook about it, or the next sweep, brings it"}
	}
	decided, err := book.Decided(ctx, pull)
	if err != nil {
		return explanation{}, err
	}
	place, err := book.Place(ctx, pull)
	if err != nil {
		return explanation{}, err
	}
	return explainAnswers(fmt.Sprintf("%s#%d", name, number), decided, place, pull, book.Names(ctx)), nil
}

func explainAnswers(name string, d rules.Decided, place rules.Place, pull ledger.Pull, names rules.Names) explanation {
	sum := rules.Summarise(d.Answers, names)
	e := explanation{PullRequest: name, State: sum.State, Sentence: sum.Sentence, Rules: []explainedRule{}, Head: d.Head, Looked: pull.Looked}
	if pull.Stand == rules.InLine {
		e.Position = place.Position
	}
	for _, answer := range d.Answers {
		r := explainedRule{Rule: answer.Rule, State: rules.StateOf(answer.Because), Because: []explainedReason{}}
		for _, reason := range answer.Because {
			x := explainedReason{Code: reason.Code, State: reason.State, Sentence: reason.Sentence(names), Where: reason.Where}
			if reason.Blocks() {
				x.Clears, x.By = reason.Clears(names), reason.By(names)
			}
			r.Because = append(r.Because, x)
		}
		e.Rules = append(e.Rules, r)
	}
	return e
}
