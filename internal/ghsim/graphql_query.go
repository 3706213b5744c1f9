package ghsim

import (
	"fmt"
	"slices"
	"strings"
)

// queryTable answers Query.
// https://docs.github.com/en/graphql/reference/queries
var queryTable = gqlTable{
	"viewer": ask(func(x *gqlRun, _ gqlRoot, _ gqlArgs) (any, error) { return x.who.actor(), nil }),
	"repository": ask(func(x *gqlRun, _ gqlRoot, a gqlArgs) (any, error) {
		return x.repository(a.text("owner"), a.text("name"), a.yes("followRenames"))
	}),
	"repositoryOwner": ask(func(x *gqlRun, _ gqlRoot, a gqlArgs) (any, error) {
		if o := x.s.findAccount(a.text("login")); o != nil && o.kind != "Bot" {
			return o, nil
		}
		return nil, nil
	}),
	"organization": ask(func(x *gqlRun, _ gqlRoot, a gqlArgs) (any, error) {
		return x.accountOf(a.text("login"), "Organization")
	}),
	"user":      ask(func(x *gqlRun, _ gqlRoot, a gqlArgs) (any, error) { return x.accountOf(a.text("login"), "User") }),
	"node":      ask(func(x *gqlRun, _ gqlRoot, a gqlArgs) (any, error) { return x.node(a.text("id")) }),
	"nodes":     ask(queryNodes),
	"search":    ask(querySearch),
	"rateLimit": val(func(x *gqlRun, _ gqlRoot) any { return x.rateLimit() }),
	"relay":     always(gqlRoot{}),
	"meta":      always(gqlRecord{"gitHubServicesSha": zeroSHA, "isPasswordAuthenticationVerifiable": false}),
	"__schema":  val(func(x *gqlRun, _ gqlRoot) any { return x.schema }),
	"__type": ask(func(x *gqlRun, _ gqlRoot, a gqlArgs) (any, error) {
		if d := x.schema.Types[a.text("name")]; d != nil {
			return gqlType{def: d}, nil
		}
		return nil, nil
	}),
}

// repository finds a repository that the caller may know of; a renamed one answers to its old name unless told not to.
func (x *gqlRun) repository(owner, name string, followRenames bool) (any, error) {
	r := x.s.findRepo(owner, name)
	if r == nil && followRenames {
		i := slices.IndexFunc(x.s.w.repos, func(r *repo) bool {
			return slices.ContainsFunc(r.oldNames, func(old string) bool { return equalFold(old, owner+"/"+name) })
		})
		if i >= 0 {
			r = x.s.w.repos[i]
		}
	}
	if r == nil || !x.s.sees(x.who, r) {
		return nil, unresolved(fmt.Sprintf("Could not resolve to a Repository with the name '%s/%s'.", owner, name))
	}
	return r, nil
}

func (x *gqlRun) accountOf(login, kind string) (any, error) {
	if a := x.s.findAccount(login); a != nil && a.kind == kind {
		return a, nil
	}
	what := "a User"
	if kind == "Organization" {
		what = "an Organization"
	}
	return nil, unresolved(fmt.Sprintf("Could not resolve to %s with the login of '%s'.", what, login))
}

// rateLimit is what this request cost, and what is left of the hour as the headers say it too.
func (x *gqlRun) rateLimit() any {
	if x.s.limits.off {
		return nil
	}
	b := x.s.bucketOf(x.who, "graphql")
	return gqlRecord{"cost": x.cost, "nodeCount": x.nodes, "limit": b.limit, "used": b.used,
		"remaining": b.left(), "resetAt": b.reset}
}

func queryNodes(x *gqlRun, _ gqlRoot, a gqlArgs) (any, error) {
	ids := a.texts("ids")
	if len(ids) > maxPage {
		return nil, &gqlError{Type: "ARGUMENT_LIMIT", Message: fmt.Sprintf("You may not provide more than %d node ids; you provided %d.", maxPage, len(ids))}
	}
	out := make([]any, len(ids))
	for i, id := range ids {
		v, err := x.node(id)
		if out[i] = v; err != nil {
			out[i] = err
		}
	}
	return out, nil
}

// node finds an object by its global id, if the caller may know of it.
func (x *gqlRun) node(id string) (any, error) {
	missing := unresolved(fmt.Sprintf("Could not resolve to a node with the global id of '%s'", id))
	prefix, parts, err := readGlobalID(id)
	if err != nil || len(parts) == 0 {
		return nil, missing
	}
	first, _ := parts[0].(int64)
	if len(parts) == 1 {
		if v := x.ownerNode(prefix, first); v != nil {
			return v, nil
		}
		return nil, missing
	}
	if prefix == "T" {
		for _, t := range x.s.w.teams {
			if t.id == parts[1] {
				return t, nil
			}
		}
		return nil, missing
	}
	r := x.s.repoByID(first)
	if r == nil || !x.s.sees(x.who, r) {
		return nil, missing
	}
	if v := repoNode(r, prefix, id, parts[1]); v != nil {
		return v, nil
	}
	return nil, missing
}

// ownerNode finds what no repository has.
func (x *gqlRun) ownerNode(prefix string, id int64) any {
	switch prefix {
	case "R":
		if r := x.s.repoByID(id); r != nil && x.s.sees(x.who, r) {
			return r
		}
	case "A":
		return x.appByID(id)
	default:
		for _, a := range x.s.w.accounts {
			if a.id == id && accountPrefixes[a.kind] == prefix {
				return a
			}
		}
	}
	return nil
}

// repoNode finds what a repository has: git objects and refs by name, the rest among everything with a node id.
func repoNode(r *repo, prefix, id string, part any) any {
	if name, ok := part.(string); ok {
		switch prefix {
		case "C", "TR", "B":
			return objectAt(r, name)
		case "REF":
			return findRef(r, name)
		}
		return nil
	}
	for _, list := range []func(*repo) []any{pullNodes, checkNodes, otherNodes} {
		for _, v := range list(r) {
			if gqlID(v) == id {
				return v
			}
		}
	}
	return nil
}

func pullNodes(r *repo) []any {
	var out []any
	for _, p := range r.pulls {
		out = append(out, p)
		for _, v := range p.reviews {
			out = append(out, gqlReview{p, v})
		}
		for _, t := range p.threads {
			out = append(out, gqlThread{p, t})
		}
		for _, c := range p.comments {
			out = append(out, gqlComment{r: r, p: p, comment: c})
		}
	}
	return out
}

func checkNodes(r *repo) []any {
	var out []any
	for _, c := range r.checks {
		out = append(out, gqlCheck{r, c})
	}
	for _, u := range r.suites {
		out = append(out, gqlSuite{r, u})
	}
	for _, s := range r.statuses {
		out = append(out, gqlStatus{r, s})
	}
	return out
}

func otherNodes(r *repo) []any {
	var out []any
	for _, i := range r.issues {
		out = append(out, gqlIssue{r, i})
		for _, c := range i.comments {
			out = append(out, gqlComment{r: r, i: i, comment: c})
		}
	}
	for _, l := range r.labels {
		out = append(out, gqlLabel{r, l})
	}
	for _, l := range r.releases {
		out = append(out, gqlRelease{r, l})
	}
	for _, p := range r.protections {
		out = append(out, gqlProtection{r, p})
	}
	for _, s := range r.rulesets {
		out = append(out, gqlRuleset{r, s})
	}
	return out
}

// querySearch answers search(type: ISSUE) with the qualifiers that the table knows; words are looked for in titles.
// GitHub's index lags behind; this one does where a story says so (lag search 30s).
func querySearch(x *gqlRun, _ gqlRoot, a gqlArgs) (any, error) {
	if t := a.text("type"); t != "ISSUE" && t != "ISSUE_ADVANCED" {
		return nil, x.notSimulated("search(type: " + t + ")")
	}
	found, err := x.find(a.text("query"))
	if err != nil {
		return nil, err
	}
	c := connect(found)
	c.extra = gqlRecord{"issueCount": len(found), "repositoryCount": 0, "userCount": 0, "codeCount": 0, "wikiCount": 0, "discussionCount": 0}
	return c, nil
}

// find is what a search finds, newest first.
func (x *gqlRun) find(query string) ([]any, error) {
	var found []any
	for _, r := range x.s.w.repos {
		if x.s.sees(x.who, r) {
			found = append(found, issuesIn(r)...)
		}
	}
	for _, term := range strings.Fields(query) {
		keep, err := x.searchTerm(term)
		if err != nil {
			return nil, err
		}
		found = slices.DeleteFunc(found, func(v any) bool { return !keep(searched(v)) })
	}
	slices.Reverse(found)
	return found, nil
}

func issuesIn(r *repo) []any {
	var out []any
	for _, p := range r.pulls {
		out = append(out, p)
	}
	for _, i := range r.issues {
		out = append(out, gqlIssue{r, i})
	}
	return out
}

// gqlHit is what a search looks at: p is nil for an issue.
type gqlHit struct {
	r      *repo
	p      *pull
	author *account
	title  string
	open   bool
	labels []*label
}

func searched(v any) gqlHit {
	if p, ok := v.(*pull); ok {
		return gqlHit{p.repo, p, p.author, p.title, p.open, p.labels}
	}
	i := v.(gqlIssue)
	return gqlHit{i.r, nil, i.author, i.title, i.open, i.labels}
}

// searchTerms are the qualifiers; on a pull request where p is asked for.
var searchTerms = map[string]func(h gqlHit, value string) bool{
	"repo":   func(h gqlHit, v string) bool { return equalFold(h.r.fullName(), v) },
	"org":    func(h gqlHit, v string) bool { return equalFold(h.r.owner.login, v) },
	"user":   func(h gqlHit, v string) bool { return equalFold(h.r.owner.login, v) },
	"author": func(h gqlHit, v string) bool { return equalFold(strings.TrimPrefix(v, "app/"), gqlLogin(h.author)) },
	"label":  func(h gqlHit, v string) bool { return wears(h.labels, []string{v}) },
	"head":   func(h gqlHit, v string) bool { return h.p != nil && h.p.headRef == v },
	"base":   func(h gqlHit, v string) bool { return h.p != nil && h.p.base == v },
	"draft":  func(h gqlHit, v string) bool { return h.p != nil && h.p.draft == (v == "true") },
	"type":   func(h gqlHit, v string) bool { return (h.p != nil) == (v == "pr") },
	"state":  func(h gqlHit, v string) bool { return h.open == (v == "open") },
	"review-requested": func(h gqlHit, v string) bool {
		return h.p != nil && slices.ContainsFunc(h.p.requested, func(q *reviewRequest) bool { return q.user != nil && equalFold(q.user.login, v) })
	},
}

// searchIs are the values of is:.
var searchIs = map[string]func(h gqlHit) bool{
	"pr":       func(h gqlHit) bool { return h.p != nil },
	"issue":    func(h gqlHit) bool { return h.p == nil },
	"open":     func(h gqlHit) bool { return h.open },
	"closed":   func(h gqlHit) bool { return !h.open },
	"merged":   func(h gqlHit) bool { return h.p != nil && h.p.merged() },
	"unmerged": func(h gqlHit) bool { return h.p != nil && !h.p.merged() },
	"draft":    func(h gqlHit) bool { return h.p != nil && h.p.draft },
}

func (x *gqlRun) searchTerm(term string) (func(gqlHit) bool, error) {
	key, value, ok := strings.Cut(term, ":")
	value = strings.Trim(value, `"`)
	switch {
	case !ok:
		return func(h gqlHit) bool { return strings.Contains(strings.ToLower(h.title), strings.ToLower(term)) }, nil
	case key == "sort" && value == "created-desc":
		return func(gqlHit) bool { return true }, nil
	case key == "is" && searchIs[value] != nil:
		return searchIs[value], nil
	case searchTerms[key] != nil:
		return func(h gqlHit) bool { return searchTerms[key](h, value) }, nil
	}
	return nil, x.notSimulated("search " + term)
}
