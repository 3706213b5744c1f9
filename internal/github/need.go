package github

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/pitcrew-app/pitcrew/rules"
)

// personKey is a login, or a team as "org/slug", as an installation sees it.
type personKey struct {
	installation int64
	name         string
}

// Need fills in what a rule must know and the snapshot does not hold: people by login, members of teams, roles. A login that
// nobody has gives the zero Person, and a team that cannot be read gives nil; both are then present, so that nobody asks again.
// Answers are kept for ten minutes, but for roles, by which somebody lets something in.
func (c *Client) Need(ctx context.Context, ref RepoRef, s *rules.Snapshot, need rules.Need) error {
	if s.People == nil {
		s.People = map[string]*rules.Person{}
	}
	if s.Members == nil {
		s.Members = map[string][]rules.Person{}
	}
	if err := c.logins(ctx, ref.Installation, s.People, need.Logins); err != nil {
		return fmt.Errorf("find people: %w", err)
	}
	for _, team := range need.Teams {
		members, err := c.team(ctx, personKey{ref.Installation, strings.ToLower(team)})
		if err != nil {
			return fmt.Errorf("list members of %s: %w", team, err)
		}
		s.Members[strings.ToLower(team)] = members
	}
	return c.roles(ctx, ref, s, need.Roles)
}

// roles asks what people may do in the repository. role_name tells maintain from write, which permission does not.
// https://docs.github.com/en/rest/collaborators/collaborators#get-repository-permissions-for-a-user
func (c *Client) roles(ctx context.Context, ref RepoRef, s *rules.Snapshot, logins []string) error {
	if s.Roles == nil {
		s.Roles = map[string]string{}
	}
	for _, login := range logins {
		if _, known := s.Roles[login]; known {
			continue
		}
		var out struct {
			Role string `json:"role_name"`
		}
		err := c.get(ctx, ref.Installation, ref.path("collaborators/%s/permission", url.PathEscape(login)), &out)
		if err != nil && !errors.Is(err, ErrGone) {
			return fmt.Errorf("ask for the role of a reviewer: %w", err)
		}
		s.Roles[login] = out.Role
	}
	return nil
}

// logins looks up people, those that are not known yet by one query.
func (c *Client) logins(ctx context.Context, inst int64, into map[string]*rules.Person, logins []string) error {
	var missing []string
	for _, login := range logins {
		login = strings.ToLower(login)
		if p, ok := c.people.get(personKey{inst, login}); ok {
			into[login] = &p
		} else {
			missing = append(missing, login)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	var head, fields strings.Builder
	vars := map[string]any{}
	for i, login := range missing {
		fmt.Fprintf(&head, "$l%d:String!,", i)
		fmt.Fprintf(&fields, " u%d:user(login:$l%d){login databaseId}", i, i)
		vars[fmt.Sprintf("l%d", i)] = login
	}
	text := "query People(" + strings.TrimSuffix(head.String(), ",") + "){" + fields.String() + "}"
	var out map[string]*actor
	notFound := func(e graphError) bool { return e.Type == "NOT_FOUND" && len(e.Path) == 1 }
	if _, err := c.query(ctx, inst, text, vars, &out, notFound); err != nil {
		return err
	}
	for i, login := range missing {
		var who rules.Person
		if a := out[fmt.Sprintf("u%d", i)]; a != nil {
			who = a.person()
		}
		into[login] = &who
		c.people.put(personKey{inst, login}, who)
	}
	return nil
}

const teamText = `query Team($org:String!,$slug:String!,$after:String){organization(login:$org){team(slug:$slug){
members(first:100,after:$after){nodes{__typename login databaseId} pageInfo{hasNextPage endCursor}}}}}`

// team lists the members of a team, those of its child teams included; nil: it cannot be read.
func (c *Client) team(ctx context.Context, key personKey) ([]rules.Person, error) {
	if members, ok := c.members.get(key); ok {
		return slices.Clone(members), nil // the caller writes tokens into them
	}
	members, err := c.teamPages(ctx, key)
	if err != nil {
		return nil, err
	}
	c.members.put(key, slices.Clone(members))
	return members, nil
}

func (c *Client) teamPages(ctx context.Context, key personKey) ([]rules.Person, error) {
	org, slug, _ := strings.Cut(key.name, "/")
	members := []rules.Person{}
	vars := map[string]any{"org": org, "slug": slug}
	hidden := func(e graphError) bool { return e.Type == "NOT_FOUND" || e.Type == "FORBIDDEN" }
	for {
		var out struct {
			Organization *struct {
				Team *struct {
					Members *struct {
						Nodes    []*actor
						PageInfo struct {
							HasNextPage bool
							EndCursor   string
						}
					}
				}
			}
		}
		facts, err := c.query(ctx, key.installation, teamText, vars, &out, hidden)
		if err != nil {
			return nil, err
		}
		if len(facts) > 0 || out.Organization == nil || out.Organization.Team == nil || out.Organization.Team.Members == nil {
			return nil, nil
		}
		page := out.Organization.Team.Members
		for _, a := range page.Nodes {
			members = append(members, a.person())
		}
		if !page.PageInfo.HasNextPage {
			return members, nil
		}
		vars["after"] = page.PageInfo.EndCursor
	}
}
