package engine

import (
	"context"
	"errors"

	"github.com/pitcrew-app/pitcrew/internal/github"
	"github.com/pitcrew-app/pitcrew/rules"
)

// Comparison decides pull requests twice: under the configuration that holds, and under another one. It writes nothing.
type Comparison struct {
	GitHub Needer
	Rules  []rules.Rule
	Ref    github.RepoRef
	Under  *github.Under

	// Complete adds what GitHub does not know: memory, tokens for people. It is called again when more people were loaded.
	Complete func(context.Context, *rules.Snapshot) error

	people  map[string]*rules.Person // shared by all pull requests, so that each is asked for once
	members map[string][]rules.Person
	roles   map[string]string
}

// Needer loads what rules must know of people.
type Needer interface {
	Need(ctx context.Context, ref github.RepoRef, s *rules.Snapshot, need rules.Need) error
}

// Differ says what is decided differently about one pull request.
func (c *Comparison) Differ(ctx context.Context, p github.Listed) (d rules.Difference, observe string, err error) {
	d = rules.Difference{Number: p.PR.Number, Landed: p.Landed}
	other, changed, err := c.Under.Config(ctx, p)
	if err != nil || !changed {
		return d, "", err
	}
	if other.Observe != p.Config.Observe {
		observe = p.Config.Observe.String() + " → " + other.Observe.String()
	}
	was, err := c.decide(ctx, p.Snapshot)
	if err != nil {
		return d, "", err
	}
	changedTo := *p.Snapshot
	changedTo.Config = other
	is, err := c.decide(ctx, &changedTo)
	if err != nil {
		return d, "", err
	}
	d.Rules = rules.Differ(was, is)
	return d, observe, nil
}

// decide asks the rules, loads what they need to know of people and teams, and asks once more.
func (c *Comparison) decide(ctx context.Context, s *rules.Snapshot) ([]rules.Verdict, error) {
	if c.people == nil {
		c.people, c.members, c.roles = map[string]*rules.Person{}, map[string][]rules.Person{}, map[string]string{}
	}
	s.People, s.Members, s.Roles = c.people, c.members, c.roles
	for range 3 {
		if err := c.Complete(ctx, s); err != nil {
			return nil, err
		}
		verdicts := rules.Decide(c.Rules, s)
		var need rules.Need
		for _, v := range verdicts {
			need.Logins = append(need.Logins, v.Need.Logins...)
			need.Teams = append(need.Teams, v.Need.Teams...)
			need.Roles = append(need.Roles, v.Need.Roles...)
		}
		if need.Empty() {
			return verdicts, nil
		}
		if err := c.GitHub.Need(ctx, c.Ref, s, need); err != nil {
			return nil, err
		}
	}
	return nil, errors.New("the rules ask for people again and again")
}

// unobserved is a memory without what was only observed, which would be said of both.
func unobserved(m *rules.Memory) *rules.Memory {
	out := *m
	out.Observed = nil
	return &out
}
