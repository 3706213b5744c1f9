package ghsim

// actor is the account in whose name a caller acts: an installation's is the App's bot.
func (c *caller) actor() *account {
	if c.user != nil {
		return c.user
	}
	return c.app.bot
}

// levels orders the values of an App's permission.
var levels = map[string]int{"": 0, "read": 1, "write": 2, "admin": 3}

// has reports whether the caller's token carries the App permission at the level ("contents", "write"). People's tokens carry
// all, but those for an App only the App's: what a person may do is decided by the role on the repository.
func (c *caller) has(permission, level string) bool {
	if c.user != nil {
		return c.token == nil || c.token.app == nil || levels[c.token.app.permissions[permission]] >= levels[level]
	}
	if c.token == nil {
		return false
	}
	return levels[c.token.permissions[permission]] >= levels[level]
}

// sees reports whether the repository exists for the caller: GitHub answers 404, never 403, for what a token may not know of.
func (s *Sim) sees(c *caller, r *repo) bool {
	if c.user != nil {
		return !r.private || s.permission(c.user, r) != "none" && s.opened(c, r)
	}
	if c.inst == nil {
		return false
	}
	if !r.private && r.owner != c.inst.account {
		return true
	}
	if c.token.repos != nil {
		return c.token.repos[r.id] && c.inst.covers(r)
	}
	return c.inst.covers(r)
}

// opened reports whether a person's token reaches a private repository: one for an App only where the App is installed.
// https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/authenticating-with-a-github-app-on-behalf-of-a-user
func (s *Sim) opened(c *caller, r *repo) bool {
	if c.token == nil || c.token.app == nil {
		return true
	}
	for _, i := range s.w.installs {
		if i.app == c.token.app && i.covers(r) && i.suspended.IsZero() {
			return true
		}
	}
	return false
}

// covers reports whether the installation includes the repository.
func (i *installation) covers(r *repo) bool {
	return !i.deleted && r.owner == i.account && (i.all || i.repos[r.id])
}

// roles orders the permissions of a person on a repository.
var roles = map[string]int{"none": 0, "read": 1, "triage": 2, "write": 3, "maintain": 4, "admin": 5}

// permission is the role of an account on a repository: the best of its own and its teams'; "none" where it has none.
// A public repository gives everybody read.
func (s *Sim) permission(a *account, r *repo) string {
	best := "none"
	if !r.private {
		best = "read"
	}
	better := func(role string) {
		if roles[role] > roles[best] {
			best = role
		}
	}
	if a == r.owner {
		better("admin")
	}
	better(r.people[a.id])
	for _, t := range s.w.teams {
		if t.has(a) {
			better(r.teams[t.id])
		}
	}
	if a.app != nil {
		better(s.appRole(a.app, r))
	}
	return best
}

// appRole is what an App's bot counts as on a repository: write with contents: write.
func (s *Sim) appRole(a *app, r *repo) string {
	for _, i := range s.w.installs {
		if i.app == a && i.covers(r) && i.suspended.IsZero() {
			if i.permissions["contents"] == "write" {
				return "write"
			}
			return "read"
		}
	}
	return "none"
}

func (t *team) has(a *account) bool {
	for _, m := range t.members {
		if m == a {
			return true
		}
	}
	return false
}

// mayWrite reports whether the account's role on the repository is write or better.
func (s *Sim) mayWrite(a *account, r *repo) bool { return roles[s.permission(a, r)] >= roles["write"] }
