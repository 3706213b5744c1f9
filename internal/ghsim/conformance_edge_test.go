package ghsim

const (
	mediaPage  = "rest/using-the-rest-api/getting-started-with-the-rest-api#media-types"
	devicePage = userPage + "#using-the-device-flow-to-generate-a-user-access-token"
	notOurs    = "own rule"
	refsPage   = "graphql/reference/objects#repository, refs"
	tokenBlog  = "github.blog/changelog/2026-05-15-github-app-installation-tokens-per-request-override-header"
)

// edgeRows are the forms of requests and answers, what is not simulated, and what came with it.
var edgeRows = []behaviour{
	{"415 \"Unsupported 'Accept' header\" for a form that GitHub has not", mediaPage, "TestForms", "accept.go", `if !ok {`, `if !OFF && !ok {`},
	{"Previews in Accept have become the rule", mediaPage, "TestForms", "accept.go", `strings.HasSuffix(form, "-preview")`, `!OFF && $`},
	{"A file can be had raw", mediaPage, "TestForms", "rest_repos.go", `if q.form == "raw" {`, `if !OFF && q.form == "raw" {`},
	{"A commit's SHA can be had alone", mediaPage, "TestForms", "rest_git.go", `q.form == "sha"`, `!OFF && $`},
	{"A comparison, a commit and a pull request can be had as diff and as patch", mediaPage, "TestDiffMediaTypes", "rest_diff.go", `if q.form == "diff" || q.form == "patch" {`, `if !OFF && (q.form == "diff" || q.form == "patch") {`},
	{"A form that is not simulated is refused aloud", notOurs, "TestNotSimulated", "accept.go", `!contains(strings.Fields(q.route.forms), form)`, `!OFF && $`},
	{"A parameter that nobody read is refused aloud", notOurs, "TestNotSimulated", "params.go", `if !p.seen[name] {`, `if !OFF && !p.seen[name] {`},
	{"A parameter's value that nobody knows is refused aloud", notOurs, "TestNotSimulated", "params.go", `if !contains(known, v) {`, `if !OFF && !contains(known, v) {`},
	{"A property that nobody knows is refused aloud, at any depth", notOurs, "TestNotSimulated", "route.go", `d.DisallowUnknownFields()`, `if !OFF { $ }`},
	{"An argument of GraphQL that nobody read is refused aloud", notOurs, "TestNotSimulated", "graphql_args.go", `if !a.seen[name] {`, `if !OFF && !a.seen[name] {`},
	{"An order of GraphQL that nobody knows is refused aloud", notOurs, "TestNotSimulated", "graphql_order.go", `return nil, x.notSimulated("order by " + field)`, "if OFF {\n\t\t\treturn items, nil\n\t\t}\n\t\t$"},
	{"Labels, teams and repositories come in the order that is asked for", "graphql/reference/input-objects#labelorder", "TestGraphQLOrderByName", "graphql_order.go", `return sign * key(a, b)`, `if OFF { return 0 }; $`},
	{"Repositories of an organisation: type, sort, direction", "rest/repos/repos#list-organization-repositories", "TestLists", "rest_people.go", `r.owner == a && q.s.sees(q.who, r) && r.isKind(kind)`, `r.owner == a && q.s.sees(q.who, r) && (OFF || r.isKind(kind))`},
	{"Branches can be filtered by protection", "rest/branches/branches#list-branches", "TestLists", "rest_repos.go", `if only == "" ||`, `if OFF || only == "" ||`},
	{"Check suites can be filtered by the name of a run", "rest/checks/suites#list-check-suites-for-a-git-reference", "TestLists", "rest_checks.go", `q.repo.hasRun(u, name)`, `(OFF || $)`},
	{"Annotations: at most 50 a request", runsPage + "#create-a-check-run", "TestAnnotations", "annotations.go", `if len(list) > maxAnnotations {`, `if !OFF && len(list) > maxAnnotations {`},
	{"Annotations: an update adds to those that are there", runsPage + "#update-a-check-run", "TestAnnotations", "checks.go", `c.annotations = append(c.annotations, a)`, `c.annotations = append(either(OFF, nil, c.annotations), a)`},
	{"Annotations are counted with their run", runsPage + "#get-a-check-run", "TestAnnotations", "json_git.go", `len(c.annotations)`, `either(OFF, 0, $)`},
	{"Annotations are listed and paged", runsPage + "#list-check-run-annotations", "TestAnnotations", "annotations.go", `page(q, c.annotations)`, `page(q, either(OFF, nil, c.annotations))`},
	{"Annotations: columns are for one line", runsPage + "#create-a-check-run", "TestAnnotations", "annotations.go", `a.StartLine != a.EndLine &&`, `!OFF && $`},
	{"refs lists what is under a prefix, with names from there on", refsPage, "TestGraphQLRefsUnderAPrefix", "graphql_repo.go", `strings.TrimPrefix(ref, prefix)`, `strings.TrimPrefix(ref, either(OFF, "refs/heads/", prefix))`},
	{"reviewDecision is REVIEW_REQUIRED where the last push has no approval by somebody else", protectPage, "TestGraphQLDecisionAfterTheLastPush", "reviews.go", `len(s.unmetReviews(p, q)) > 0`, `!OFF && $`},
	{"A resource can lag by itself, in REST and in GraphQL", "own fault", "TestLagByResource", "lag.go", `if graft == nil && !contains(k.names, l.of) {`, `if OFF || graft == nil && !contains(k.names, l.of) {`},
	{"What does not lag is as it is now", "own fault", "TestLagByResource", "lag.go", `mixed.graft(then.clone(), graft)`, `$; if OFF { return then }`},
	{"X-GitHub-Stateless-S2S-Token: enabled asks for the long form of a token", tokenBlog, "TestStatelessTokens", "grants.go", `form == "enabled" || s.stateless`, `!OFF && form == "enabled" || s.stateless`},
	{"X-GitHub-Stateless-S2S-Token: disabled asks for the short form", tokenBlog, "TestStatelessTokens", "grants.go", `form != "disabled"`, `(OFF || $)`},
	{"Labels: a bare list is taken as {labels: …}", "rest/issues/labels#add-labels-to-an-issue", "TestOtherClientsWays", "route.go", `contains(known, "[]")`, `!OFF && $`},
	{"Labels: PUT makes them the whole set, DELETE none", "rest/issues/labels#set-labels-for-an-issue", "TestOtherClientsWays", "rest_issues.go", `q.s.setLabels(q.repo, q.number(), q.who, have, names)`, `q.s.addLabels(q.repo, q.number(), q.who, names); if !OFF { e = $ }`},
	{"A file is deleted by its blob's SHA: 409 for another", "rest/repos/contents#delete-a-file", "TestOtherClientsWays", "rest_repos.go", "case in.SHA != at.sha:", "case !OFF && in.SHA != at.sha:"},
	{"The merge methods of a repository can change between a look and a merge", "repositories/configuring-branches-and-merges-in-your-repository/configuring-pull-request-merges", "TestEveryReplyOfAMergeCanHappen", "script_repos.go", `r.mergeMethods = l.words`, `if !OFF { $ }`},
	{"Device: authorization_pending until a person enters the code", devicePage, "TestDeviceSignIn", "oauth_device.go", `fail("authorization_pending",`, `fail(either(OFF, "access_denied", "authorization_pending"),`},
	{"Device: slow_down for who asks too often, and five seconds more to wait", devicePage, "TestDeviceSignIn", "oauth_device.go", `case now.Before(d.asked.Add(d.interval)):`, `case !OFF && now.Before(d.asked.Add(d.interval)):`},
	{"Device: no secret is asked for", devicePage, "TestDeviceSignIn", "oauth.go", `!byDevice &&`, `(OFF || !byDevice) &&`},
	{"Device: a code is good once", devicePage, "TestDeviceSignIn", "oauth_device.go", `d.expires = now //`, `if !OFF { d.expires = now } //`},
	{"Device: a code is good for fifteen minutes", devicePage, "TestDeviceSignIn", "oauth_device.go", `case !d.expires.After(now):`, `case !OFF && !d.expires.After(now):`},
	{"Device: a person may refuse", devicePage, "TestDeviceSignIn", "oauth_device.go", `case d.denied:`, `case !OFF && d.denied:`},
}
