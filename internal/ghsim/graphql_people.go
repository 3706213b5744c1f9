package ghsim

import (
	"fmt"
	"slices"
	"strings"
)

// gqlLogin is a login as GraphQL shows it: Bot.login has no "[bot]" at its end, REST's has.
func gqlLogin(a *account) string { return strings.TrimSuffix(a.login, "[bot]") }

// accountTable answers what User, Organization and Bot share.
var accountTable = gqlTable{
	"login":        val(func(_ *gqlRun, a *account) any { return a.login }),
	"databaseId":   val(func(_ *gqlRun, a *account) any { return a.id }),
	"name":         val(func(_ *gqlRun, a *account) any { return optional(a.name) }),
	"createdAt":    val(func(_ *gqlRun, a *account) any { return a.created }),
	"updatedAt":    val(func(_ *gqlRun, a *account) any { return a.created }),
	"url":          val(func(x *gqlRun, a *account) any { return x.s.base + a.path() }),
	"resourcePath": val(func(_ *gqlRun, a *account) any { return a.path() }),
	"avatarUrl": ask(func(x *gqlRun, a *account, args gqlArgs) (any, error) {
		size := ""
		if n, ok := args.number("size"); ok {
			size = fmt.Sprintf("&s=%d", n)
		}
		return fmt.Sprintf("%s/avatars/u/%d?v=4%s", x.s.base, a.id, size), nil
	}),
	"repository": ask(func(x *gqlRun, a *account, args gqlArgs) (any, error) {
		return x.repository(a.login, args.text("name"), args.yes("followRenames"))
	}),
	"repositories": ask(func(x *gqlRun, a *account, args gqlArgs) (any, error) {
		var out []*repo
		for _, r := range x.s.w.repos {
			if r.owner == a && x.s.sees(x.who, r) {
				out = append(out, r)
			}
		}
		return x.repositories(out, args)
	}),
}

func (a *account) path() string {
	if a.kind == "Bot" {
		return "/apps/" + gqlLogin(a)
	}
	return "/" + a.login
}

var userTable = gqlTable{
	"email":    val(func(_ *gqlRun, a *account) any { return a.email }),
	"isViewer": val(func(x *gqlRun, a *account) any { return a == x.who.actor() }),
	"organization": ask(func(x *gqlRun, a *account, args gqlArgs) (any, error) {
		if org := x.s.findAccount(args.text("login")); org != nil && x.s.belongs(a, org) {
			return org, nil
		}
		return nil, nil
	}),
	"organizations": val(func(x *gqlRun, a *account) any {
		var out []*account
		for _, org := range x.s.w.accounts {
			if org.kind == "Organization" && x.s.belongs(a, org) {
				out = append(out, org)
			}
		}
		return connect(out)
	}),
	"status": always(nil), "bio": always(nil), "company": always(nil), "location": always(nil),
}

var botTable = gqlTable{"login": val(func(_ *gqlRun, a *account) any { return gqlLogin(a) })}

var organizationTable = gqlTable{
	"description": always(nil), "email": always(nil),
	"viewerIsAMember":     val(func(x *gqlRun, a *account) any { return x.who.user != nil && x.s.belongs(x.who.user, a) }),
	"viewerCanAdminister": always(false),
	"team": ask(func(x *gqlRun, a *account, args gqlArgs) (any, error) {
		return x.s.findTeam(a, args.text("slug")), nil
	}),
	"teams": ask(func(x *gqlRun, a *account, args gqlArgs) (any, error) {
		logins := args.texts("userLogins")
		var out []*team
		for _, t := range x.s.w.teams {
			if t.org == a && strings.Contains(t.slug, args.text("query")) && t.hasAny(logins) {
				out = append(out, t)
			}
		}
		return ordered(x, out, args, teamOrder)
	}),
	"membersWithRole": val(func(x *gqlRun, a *account) any {
		var out []*account
		for _, u := range x.s.w.accounts {
			if u.kind == "User" && x.s.belongs(u, a) {
				out = append(out, u)
			}
		}
		c := connect(out)
		c.edge = func(any) gqlRecord { return gqlRecord{"role": "MEMBER", "hasTwoFactorEnabled": nil} }
		return c
	}),
}

// hasAny says whether one of the logins is a member; no logins ask for nothing.
func (t *team) hasAny(logins []string) bool {
	return len(logins) == 0 || slices.ContainsFunc(t.members, func(m *account) bool { return has(logins, m.login) })
}

// belongs says whether somebody is a member of an organisation: of one of its teams, or with a role on a repository.
func (s *Sim) belongs(u, org *account) bool {
	if org.kind != "Organization" {
		return false
	}
	for _, t := range s.w.teams {
		if t.org == org && t.has(u) {
			return true
		}
	}
	return slices.ContainsFunc(s.w.repos, func(r *repo) bool { return r.owner == org && r.people[u.id] != "" })
}

// teamTable answers Team.
var teamTable = gqlTable{
	"databaseId":   val(func(_ *gqlRun, t *team) any { return t.id }),
	"slug":         val(func(_ *gqlRun, t *team) any { return t.slug }),
	"name":         val(func(_ *gqlRun, t *team) any { return t.name }),
	"combinedSlug": val(func(_ *gqlRun, t *team) any { return t.org.login + "/" + t.slug }),
	"description":  always(nil), "parentTeam": always(nil), "privacy": always("VISIBLE"),
	"organization": val(func(_ *gqlRun, t *team) any { return t.org }),
	"url":          val(func(x *gqlRun, t *team) any { return x.s.base + "/orgs/" + t.org.login + "/teams/" + t.slug }),
	"resourcePath": val(func(_ *gqlRun, t *team) any { return "/orgs/" + t.org.login + "/teams/" + t.slug }),
	"members": ask(func(_ *gqlRun, t *team, a gqlArgs) (any, error) {
		query := a.text("query")
		var out []*account
		for _, m := range t.members {
			if strings.Contains(m.login, query) {
				out = append(out, m)
			}
		}
		c := connect(out)
		c.edge = func(any) gqlRecord { return gqlRecord{"role": "MEMBER"} }
		return c, nil
	}),
	"repositories": val(func(x *gqlRun, t *team) any {
		var out []*repo
		for _, r := range x.s.w.repos {
			if r.teams[t.id] != "" && x.s.sees(x.who, r) {
				out = append(out, r)
			}
		}
		c := connect(out)
		c.edge = func(v any) gqlRecord { return gqlRecord{"permission": strings.ToUpper(v.(*repo).teams[t.id])} }
		return c
	}),
	"childTeams": none, "ancestors": none,
}

// appTable answers App.
var appTable = gqlTable{
	"databaseId":  val(func(_ *gqlRun, a *app) any { return a.id }),
	"slug":        val(func(_ *gqlRun, a *app) any { return a.slug }),
	"name":        val(func(_ *gqlRun, a *app) any { return a.name }),
	"description": always(nil),
	"createdAt":   val(func(_ *gqlRun, a *app) any { return a.created }),
	"updatedAt":   val(func(_ *gqlRun, a *app) any { return a.created }),
	"url":         val(func(x *gqlRun, a *app) any { return x.s.base + "/apps/" + a.slug }),
	"logoUrl":     val(func(x *gqlRun, a *app) any { return fmt.Sprintf("%s/avatars/in/%d", x.s.base, a.id) }),
}
