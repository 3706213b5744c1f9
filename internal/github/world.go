package github

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/pitcrew-app/pitcrew/config"
	"github.com/pitcrew-app/pitcrew/rules"
)

// World is what a repository has, for the names in a configuration. It is a config.World.
type World struct {
	methods []string
	labels  seen
	checks  seen
	logins  map[string]*rules.Person
	teams   map[string]config.Tri
}

// seen are names of things, and whether there are more of them than were read.
type seen struct {
	names []string
	more  bool
}

func (s seen) has(name config.Pattern) config.Tri {
	switch {
	case slices.ContainsFunc(s.names, name.Match):
		return config.Yes
	case s.more:
		return config.Unknown
	}
	return config.No
}

// Has tells whether a thing is there.
func (w *World) Has(kind string, name config.Pattern) config.Tri {
	switch kind {
	case config.KindMethod:
		return seen{names: w.methods}.has(name)
	case config.KindLabel:
		return w.labels.has(name)
	case config.KindCheck:
		return w.checks.has(name)
	case config.KindTeam:
		return w.teams[strings.ToLower(name.String())]
	}
	who, asked := w.logins[strings.ToLower(name.String())]
	switch {
	case !asked:
		return config.Unknown // a bot, which GraphQL does not find by its login
	case who.ID == 0:
		return config.No
	}
	return config.Yes
}

type checkNodes struct {
	Nodes []struct {
		Typename string `json:"__typename"`
		Name     string
		Context  string
	}
	PageInfo struct{ HasNextPage bool }
}

type rollupReply struct{ Contexts *checkNodes }

// worldText asks for what a repository has. Checks are those of the default branch and of the newest pull requests: GitHub
// keeps no list of their names.
const worldText = `query World($owner:String!,$name:String!){repository(owner:$owner,name:$name,followRenames:false){...repo
labels(first:100){nodes{name} pageInfo{hasNextPage}}
branch:defaultBranchRef{target{...on Commit{statusCheckRollup{contexts(first:100){nodes{__typename ...on CheckRun{name} ...on StatusContext{context}} pageInfo{hasNextPage}}}}}}
pullRequests(first:20,orderBy:{field:CREATED_AT,direction:DESC}){nodes{
commits(last:1){nodes{commit{ # instead of PullRequest.statusCheckRollup
statusCheckRollup{contexts(first:100){nodes{__typename ...on CheckRun{name} ...on StatusContext{context}} pageInfo{hasNextPage}}}
}}} # instead of PullRequest.statusCheckRollup
}}}}`

// World reads what a repository has of what a configuration names.
func (c *Client) World(ctx context.Context, ref RepoRef, mentions []config.Mention) (*World, error) {
	var out struct {
		Repository *struct {
			repoReply
			Labels *struct {
				Nodes    []struct{ Name string }
				PageInfo struct{ HasNextPage bool }
			}
			Branch *struct {
				Target struct{ StatusCheckRollup *rollupReply }
			}
			PullRequests struct {
				Nodes []struct {
					StatusCheckRollup *rollupReply
					Commits           list[struct {
						Commit struct{ StatusCheckRollup *rollupReply }
					}]
				}
			}
		}
	}
	if _, err := c.query(ctx, ref.Installation, withFragments(worldText), map[string]any{"owner": ref.Owner, "name": ref.Name}, &out, nil); err != nil {
		return nil, fmt.Errorf("read what %s has: %w", ref.FullName(), err)
	}
	r := out.Repository
	if r == nil {
		return nil, fmt.Errorf("read what %s has: %w", ref.FullName(), ErrGone)
	}
	w := &World{methods: r.repo(ref).Methods, logins: map[string]*rules.Person{}, teams: map[string]config.Tri{}}
	if r.Labels != nil {
		w.labels.more = r.Labels.PageInfo.HasNextPage
		for _, l := range r.Labels.Nodes {
			w.labels.names = append(w.labels.names, l.Name)
		}
	}
	if r.Branch != nil {
		w.checks.add(r.Branch.Target.StatusCheckRollup)
	}
	for _, p := range r.PullRequests.Nodes {
		w.checks.add(p.StatusCheckRollup)
		for _, n := range p.Commits.Nodes {
			w.checks.add(n.Commit.StatusCheckRollup)
		}
	}
	w.checks.more = w.checks.more || len(w.checks.names) == 0 // a repository without checks may be about to get its first
	return w, c.worldPeople(ctx, ref, w, mentions)
}

func (s *seen) add(r *rollupReply) {
	if r == nil || r.Contexts == nil {
		return
	}
	s.more = s.more || r.Contexts.PageInfo.HasNextPage
	for _, n := range r.Contexts.Nodes {
		s.names = append(s.names, n.Name+n.Context)
	}
}

// worldPeople looks up the people and teams that are mentioned.
func (c *Client) worldPeople(ctx context.Context, ref RepoRef, w *World, mentions []config.Mention) error {
	var logins []string
	for _, m := range mentions {
		switch m.Kind {
		case config.KindLogin:
			if !strings.HasSuffix(m.Name, "[bot]") {
				logins = append(logins, m.Name)
			}
		case config.KindTeam:
			is, err := c.hasTeam(ctx, ref, m.Name)
			if err != nil {
				return err
			}
			w.teams[strings.ToLower(m.Name)] = is
		}
	}
	return c.logins(ctx, ref.Installation, w.logins, logins)
}

// hasTeam tells whether there is a team. Whoever may not see an organisation's teams is told that there is none, so only an
// App's word counts: it may see them all, or is refused.
func (c *Client) hasTeam(ctx context.Context, ref RepoRef, name string) (config.Tri, error) {
	members, err := c.team(ctx, personKey{ref.Installation, strings.ToLower(strings.TrimPrefix(name, "@"))})
	switch {
	case err != nil:
		return config.Unknown, fmt.Errorf("find team %s: %w", name, err)
	case members != nil:
		return config.Yes, nil
	}
	return config.Unknown, nil
}
