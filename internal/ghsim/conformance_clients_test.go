package ghsim

const (
	clonePage    = "repositories/creating-and-managing-repositories/troubleshooting-cloning-errors"
	smartPage    = "git-scm.com/docs/http-protocol"
	userPage     = "…/authenticating-with-a-github-app/generating-a-user-access-token-for-a-github-app"
	refreshPage  = "…/authenticating-with-a-github-app/refreshing-user-access-tokens"
	callbackPage = "…/registering-a-github-app/about-the-user-authorization-callback-url"
	manifestPage = "apps/sharing-github-apps/registering-a-github-app-from-a-manifest"
	changePage   = "apps/maintaining-github-apps/modifying-a-github-app-registration"
)

// clientRows are what clients other than ours meet: git, HTTPS, sign-in, registration.
var clientRows = []behaviour{
	{"git: refs/pull/N/head can be fetched", "…/checking-out-pull-requests-locally", "TestGitFetch", "branches.go", `"refs/pull/%d/head"`, `either(OFF, "refs/pulls/%d/head", $)`},
	{"git: a renamed repository goes on under its old name", "repositories/creating-and-managing-repositories/renaming-a-repository", "TestGitFetch", "smart_http.go", `s.formerly(q.owner + "/" + q.name)`, `s.formerly(either(OFF, "", q.owner+"/"+q.name))`},
	{"git: partial clones", "github.blog/open-source/git/get-up-to-speed-with-partial-clone-and-shallow-clone", "TestGitClonesInPart", "smart_http.go", `"uploadpack.allowFilter=true"`, `either(OFF, "uploadpack.allowFilter=false", $)`},
	{"git: a private repository asks nobody in particular to sign in", clonePage, "TestGitFetch", "smart_http.go", `return unauthorized("Repository not found.")`, `if !OFF { $ }`},
	{"git: a public repository is for everybody", clonePage, "TestGitFetch", "smart_http.go", `q.repo == nil || q.repo.private):`, `q.repo == nil || OFF || q.repo.private):`},
	{"git: \"Repository not found.\" for what a token may not know of", clonePage, "TestGitFetch", "smart_http.go", `Status: http.StatusNotFound, Message: "Repository not found."`, `Status: http.StatusNotFound, Message: either(OFF, "", "Repository not found.")`},
	{"git: the token of an installation needs contents: read", "…/authenticating-as-a-github-app-installation", "TestGitFetch", "smart_http.go", `!who.has("contents", "read"):`, `!OFF && $`},
	{"git: an App's JSON web token is none for git", "…/authenticating-as-a-github-app-installation", "TestGitFetch", "smart_http.go", `e != nil || who.token == nil:`, `e != nil || !OFF && who.token == nil:`},
	{"git: 403 for a suspended installation", "…/reviewing-and-modifying-installed-github-apps", "TestGitFetch", "smart_http.go", `e.Status == http.StatusForbidden: // suspended`, `!OFF && $`},
	{"git: \"Permission to acme/api.git denied to bob.\"", "authentication/troubleshooting-ssh/error-permission-to-userrepo-denied-to-other-user", "TestGitPushRefused", "smart_http.go", `who.user != nil && !s.mayWrite(who.user, r) && len`, `!OFF && $`},
	{"git: \"This repository was archived so it is read-only.\"", "repositories/archiving-a-github-repository/archiving-repositories", "TestGitPushRefused", "smart_http.go", `case r.archived:`, `case !OFF && r.archived:`},
	{"git: a push moves the pull request, with push and synchronize", hooksPage + "#push", "TestGitPush", "smart_push.go", `c.refusal = said(s.setRef(q.repo, q.who, c.ref, c.commit))`, `if !OFF { $ }`},
	{"git: \"Create a pull request for 'new' on GitHub by visiting:\"", "remote: of github.com", "TestGitPush", "smart_push.go", `c.refusal == "" && c.old == "" && branch`, `!OFF && $`},
	{"git: the default branch is not deleted", "refusing to delete the current branch", "TestGitPush", "smart_push.go", `isBranch && branch == r.defaultBranch:`, `!OFF && $`},
	{"git: refs of pull requests are not pushed to: deny updating a hidden ref", "…/checking-out-pull-requests-locally", "TestGitPush", "smart_push.go", `case strings.HasPrefix(c.ref, "refs/pull/"):`, `case !OFF && strings.HasPrefix(c.ref, "refs/pull/"):`},
	{"git: nothing is announced of more than three tags pushed at once", hooksPage + "#push", "TestGitTags", "smart_push.go", `tags <= maxTagEvents`, `(OFF || $)`},
	{"git: an annotated tag is an object of its own", "rest/git/refs#get-a-reference", "TestGitTags", "smart_push.go", `if c.new != c.commit {`, `if !OFF && c.new != c.commit {`},
	{"git: GH006 for a branch that classic protection holds", protectPage, "TestGitPushRefused", "smart_push.go", `e := s.mayPush(r, q.who, c.ref, forced)`, `$; if OFF { e = nil }`},
	{"git: GH006 says each reason", protectPage, "TestGitPushRefused", "smart_push.go", `add(c.reviews, `, `add(!OFF && c.reviews, `},
	{"git: protected branches are not force-pushed", protectPage, "TestGitPushRefused", "smart_push.go", `add(forced && !deleting, `, `add(!OFF && forced && !deleting, `},
	{"git: protected branches are not deleted", protectPage, "TestGitPushRefused", "smart_push.go", `add(deleting, `, `add(!OFF && deleting, `},
	{"git: GH013 for a branch that a ruleset holds", rulesPage, "TestGitPushRefused", "smart_push.go", `strings.HasPrefix(e.Message, "Repository rule violations")`, `!OFF && $`},
	{"git: objects of a refused push do not exist", "git-scm.com/docs/git-receive-pack#_quarantine_environment", "TestGitPushRefused", "smart_push.go", `if accepted == 0 {`, `if !OFF && accepted == 0 {`},
	{"git: --atomic is all or nothing", "git-scm.com/docs/git-push", "TestGitPushRefused", "smart_push.go", `accepted < len(p.commands) &&`, `!OFF && $`},
	{"git: workflow files need workflows: write", "…/choosing-permissions-for-a-github-app", "TestGitPushRefused", "smart_push.go", `if e := s.mayTouchWorkflows(q.who`, `if e := s.mayTouchWorkflows(either(OFF, &caller{user: s.ours.bot}, q.who)`},
	{"git: a ref that has moved since is not overwritten", smartPage, "TestGitPushLostRace", "smart_push.go", `if now != c.old {`, `if !OFF && now != c.old {`},
	{"git: maintainers push to the heads that a fork lends them", "…/allowing-changes-to-a-pull-request-branch-created-from-a-fork", "TestGitPushToAFork", "smart_http.go", `p.headRepo == fork && p.maintainerEdit &&`, `!OFF && $`},
	{"git: and to no other branch of the fork", "…/allowing-changes-to-a-pull-request-branch-created-from-a-fork", "TestGitPushToAFork", "smart_push.go", `!contains(s.lentBranches(u, r), branch)`, `!OFF && $`},
	{"Door: one port answers HTTP and HTTPS", "clients that insist on HTTPS", "TestDoor/HTTPS", "connect.go", `if first == 22 {`, `if !OFF && first == 22 {`},
	{"Door: links start with the address that the client used", "any reverse proxy", "TestDoor/HTTPS", "connect.go", `used != own {`, `!OFF && $`},
	{"Sign-in: the state comes back with the code", userPage, "TestSignIn", "oauth.go", `state := r.Form.Get("state"); state != ""`, `$ && !OFF`},
	{"Sign-in: a code is good once", userPage, "TestSignIn", "oauth.go", `s.grants = append(s.grants[:i:i], s.grants[i+1:]...)`, `if !OFF { $ }`},
	{"Sign-in: a code is good for ten minutes", userPage, "TestSignInRefused", "oauth.go", `if g.expires.After(s.clock()) {`, `if OFF || g.expires.After(s.clock()) {`},
	{"Sign-in: a user access token is good for eight hours", refreshPage, "TestSignIn", "oauth.go", `expires: s.clock().Add(userLife)`, `expires: s.clock().Add(either(OFF, 2*userLife, userLife))`},
	{"Sign-in: refreshing ends the token before", refreshPage, "TestSignIn", "oauth.go", `s.forgetUser(a, g.user)`, `if !OFF { $ }`},
	{"Sign-in: only under a registered callback; addresses of the machine with any port", callbackPage, "TestSignInRefused", "oauth.go", `a.Hostname() != r.Hostname() {`, `!OFF && $`},
	{"Sign-in: the client secret must be right", userPage, "TestSignInRefused", "oauth.go", `r.Form.Get("client_secret") != a.clientSecret()`, `!OFF && $`},
	{"Sign-in: the redirect_uri of the trade is that of the code", userPage, "TestSignInRefused", "oauth.go", `uri != "" && g.callback != "" &&`, `!OFF && $`},
	{"Sign-in: a person may refuse", userPage, "TestSignInRefused", "oauth.go", `case r.Form.Get("cancel") != "":`, `case !OFF && r.Form.Get("cancel") != "":`},
	{"Sign-in: with PKCE a stolen code is worth nothing", userPage, "TestSignInWithPKCE", "oauth.go", `return g.challenge == "" ||`, `return OFF || g.challenge == "" ||`},
	{"Sign-in: PKCE by S256 alone", userPage, "TestSignInWithPKCE", "oauth.go", `challenge != "" && method`, `!OFF && $`},
	{"Sign-in: a user's token reaches private repositories only where the App is installed", "…/authenticating-with-a-github-app-on-behalf-of-a-user", "TestSignIn", "caller.go", `&& s.opened(c, r)`, `&& (OFF || s.opened(c, r))`},
	{"Sign-in: and may what both App and person may", "…/authenticating-with-a-github-app-on-behalf-of-a-user", "TestSignIn", "caller.go", `return c.token == nil || c.token.app == nil ||`, `return OFF || c.token == nil || c.token.app == nil ||`},
	{"Sign-in: an App checks and ends its users' tokens by client id and secret", "rest/apps/oauth-applications#check-a-token", "TestUserTokens", "oauth_rest.go", `secret != a.clientSecret()`, `!OFF && $`},
	{"Registration: the code of a manifest is good once", manifestPage, "TestManifestFlow", "manifest_flow.go", `q.s.registrations = append(all[:i:i], all[i+1:]...)`, `if !OFF { $ }`},
	{"Registration: the code of a manifest is good for an hour", manifestPage, "TestManifestRefused", "manifest_flow.go", `if !g.expires.After(q.s.clock()) {`, `if !OFF && !g.expires.After(q.s.clock()) {`},
	{"Registration: names of Apps are unique", manifestPage, "TestManifestRefused", "manifest_flow.go", `if a.slug == slug {`, `if !OFF && a.slug == slug {`},
	{"Registration: an App hears only what it subscribed to", manifestPage, "TestManifestFlow", "hooks.go", `contains(i.app.events, event)`, `(OFF || $)`},
	{"Registration: each App signs with the secret of its own", manifestPage, "TestManifestFlow", "hooks.go", `s.hookURL(s.appOf(d)), s.appOf(d)`, `s.hookURL(s.appOf(d)), either(OFF, s.ours, s.appOf(d))`},
	{"Registration: what an App asks for later waits for somebody to accept it", changePage, "TestNewPermissions", "grants.go", `s.ours.permissions[k] = v`, `$; if OFF { for _, i := range s.w.installs { i.permissions[k] = v } }`},
	{"Installation tokens come in two forms, and both work", tokenPage, "TestStatelessTokens", "grants.go", `if !long {`, `if OFF || !long {`},
}
