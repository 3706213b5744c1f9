package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/internal/ledger"
	"github.com/pitcrew-app/pitcrew/rules"
	"github.com/pitcrew-app/pitcrew/server"
	"github.com/spf13/cobra"
)

func explainCommand(a *app) *cobra.Command {
	var live, asJSON bool
	var with string
	c := &cobra.Command{
		Use:   "explain OWNER/REPO#N",
		Short: "say why a pull request is where it is",
		Long: `Prints the tree of reasons of a pull request, as its page and its check run have it: what holds, what is waited for,
where that is asked for, what clears it and who can. Reads the log in PITCREW_DATA, also beside a running server, and
shows the newest decision.

With --live it asks GitHub now and decides anew, without doing anything: through the App, where the server's variables
are set (GITHUB_APP_INTEGRATION_ID and GITHUB_APP_PRIVATE_KEY), else with GITHUB_TOKEN, a token that may read. If there
is a log, what pitcrew remembers of the pull request counts as well.

Below the reasons of a rule stand the conditions that it asked, in order, each with its line; with --live also what the
pull request has there, and what else is set in the section, each with the layer and line that says so.

--with FILE decides as --live does, as if FILE were the repository's .platform.yml, above the organisation's file as it
is. Nothing has to be pushed for it, and nothing is changed by it.

--json prints one object: pull_request, title, state, short, sentence, then, head, base_ref, base, config, with, decided,
live, position, lands, next, and rules, each with rule, state, because (code, state, sentence, where, clears, by, asked), asked
(of, state, sentence, seen, where), unkept and settings (key, value, where). A state is one of done, waiting, needs a
person, stopped, off. Keys are only ever added.

Exit code 0: it was explained, whatever the decision; 1: it could not be, because GitHub or the log gave no answer; 2: it
was asked for wrongly, or FILE is no file that can be followed.`,
		Example: "  pitcrew explain 'acme/api#41'\n  pitcrew explain --live https://github.com/acme/api/pull/41\n  pitcrew explain --with .platform.yml 'acme/api#41'",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			name, number, err := pullName(args[0])
			if err != nil {
				return err
			}
			var e explanation
			if live || with != "" {
				e, err = a.explainLive(c.Context(), name, number, with)
			} else {
				e, err = a.explain(c.Context(), name, number)
			}
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(a.out, e)
			}
			return e.print(a.out, a.clock(), coloured(a))
		},
	}
	c.Flags().BoolVar(&live, "live", false, "ask GitHub now, instead of reading the log")
	c.Flags().StringVar(&with, "with", "", "a file: decide as if it were the repository's .platform.yml; asks GitHub")
	c.Flags().BoolVar(&asJSON, "json", false, "print as JSON")
	return c
}

var pullForm = regexp.MustCompile(`^(?:https?://[^/]+/)?([\w.-]+/[\w.-]+)(?:#|/pull/)(\d{1,9})(?:/\w*)?$`)

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
	Title       string          `json:"title,omitempty"` // of the pull request: only GitHub knows it
	State       rules.State     `json:"state"`
	Short       string          `json:"short"` // the state in a few words
	Sentence    string          `json:"sentence"`
	Then        string          `json:"then,omitempty"` // what pitcrew does once nothing is in the way
	Rules       []explainedRule `json:"rules"`
	Head        string          `json:"head,omitempty"`
	BaseRef     string          `json:"base_ref,omitempty"`
	Base        string          `json:"base,omitempty"`
	Config      string          `json:"config,omitempty"` // blob of .platform.yml
	Decided     time.Time       `json:"decided,omitzero"`
	With        string          `json:"with,omitempty"` // the file that was taken for it
	Live        bool            `json:"live"`
	Position    int             `json:"position,omitempty"` // in the line of its base
	Lands       string          `json:"lands,omitempty"`    // when, in words, as far as it can be foretold
	Next        string          `json:"next,omitempty"`     // when it is looked at again
}

type explainedRule struct {
	Rule    string            `json:"rule"`
	State   rules.State       `json:"state"`
	Because []explainedReason `json:"because"`

	Asked    []explainedCondition `json:"asked,omitempty"`    // each key that was asked of the pull request, in order
	Unkept   int                  `json:"unkept,omitempty"`   // how many more were asked before these, which the log does not hold
	Settings []explainedSetting   `json:"settings,omitempty"` // live: what holds in the section, and which layer and line says so
}

type explainedSetting struct {
	Key   string `json:"key"`
	Value string `json:"value"`
	Where string `json:"where"`
}

type explainedCondition struct {
	Of       string      `json:"of,omitempty"` // what it belongs to: never, policy bots; empty: the section itself
	State    rules.State `json:"state"`
	Sentence string      `json:"sentence"`
	Seen     string      `json:"seen,omitempty"` // live: what the pull request has there
	Where    string      `json:"where,omitempty"`
}

type explainedReason struct {
	Code     rules.Code  `json:"code"`
	State    rules.State `json:"state"`
	Sentence string      `json:"sentence"`
	Where    string      `json:"where,omitempty"`
	Clears   string      `json:"clears,omitempty"`
	By       string      `json:"by,omitempty"`
	Asked    string      `json:"asked,omitempty"`
}

// explain reads the newest decision about a pull request from the log.
func (a *app) explain(ctx context.Context, name string, number int) (explanation, error) {
	book, log, err := openReadOnly(a)
	var usage usageError
	if errors.As(err, &usage) {
		usage.hint += "; --live asks GitHub instead"
		return explanation{}, usage
	}
	if err != nil {
		return explanation{}, err
	}
	defer closeBoth(book, log)
	return explainLogged(ctx, book, log, name, number, a.clock())
}

func explainLogged(ctx context.Context, book *ledger.Ledger, log *eventlog.DB, name string, number int, now time.Time) (explanation, error) {
	repo, ok, err := book.RepositoryNamed(ctx, name)
	if err != nil {
		return explanation{}, err
	}
	if !ok {
		return explanation{}, usageError{"pitcrew does not know the repository " + name, "is the App installed there, and has the server seen it? --live asks GitHub"}
	}
	pull, ok, err := book.PullRequest(ctx, repo.ID, number)
	if err != nil {
		return explanation{}, err
	}
	if !ok {
		return explanation{}, usageError{fmt.Sprintf("pitcrew has not seen %s#%d", name, number), "the next webhook about it, or the next sweep, brings it; --live asks GitHub"}
	}
	decided, err := book.Decided(ctx, pull)
	if err != nil {
		return explanation{}, err
	}
	line, err := server.ReadLine(ctx, log, repo, pull.Base, now)
	if err != nil {
		return explanation{}, err
	}
	standing, err := log.Standing(ctx, pull.Subject())
	if err != nil {
		return explanation{}, err
	}
	names := book.Names(ctx)
	e := explained(fmt.Sprintf("%s#%d", repo.FullName(), number), decided, pull.Summary(decided.Answers, names), names)
	e.Decided = pull.Looked
	if pull.State != ledger.StateOpen {
		return e, nil
	}
	e.Next = server.SayNext(standing, now)
	if e.Position = line.Position(number); e.Position > 0 {
		e.Lands = line.Lands(number, now)
	}
	return e, nil
}

// explained draws a decision.
func explained(name string, d rules.Decided, sum rules.Summary, names rules.Names) explanation {
	e := explanation{
		PullRequest: name, State: sum.State, Short: sum.Title, Sentence: sum.Sentence, Then: rules.Then(d.Answers),
		Rules: []explainedRule{}, Head: d.Head, BaseRef: d.BaseRef, Base: d.Base, Config: d.Config,
	}
	for _, answer := range d.Answers {
		r := explainedRule{Rule: answer.Rule, State: rules.StateOf(answer.Because), Because: []explainedReason{}}
		for _, reason := range answer.Because {
			r.Because = append(r.Because, explainedOne(reason, names))
		}
		for _, c := range answer.Asked {
			r.Asked = append(r.Asked, explainedCondition{c.Of, c.State, c.Sentence(), c.Seen, c.Where})
		}
		r.Unkept = answer.Unkept
		e.Rules = append(e.Rules, r)
	}
	return e
}

func explainedOne(r rules.Reason, names rules.Names) explainedReason {
	x := explainedReason{Code: r.Code, State: r.State, Sentence: r.Sentence(names), Where: r.Where}
	if r.Blocks() {
		x.Clears, x.By, x.Asked = r.Clears(names), r.By(names), r.Asked(names)
	}
	return x
}

func printJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// lower begins a text in the middle of a line.
func lower(text string) string {
	if len(text) < 2 || strings.ToUpper(text[1:2]) == text[1:2] {
		return text // an abbreviation
	}
	return strings.ToLower(text[:1]) + text[1:]
}
