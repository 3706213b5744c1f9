package ghsim

var graphQLRows = []behaviour{
	{"Texts are validated against GitHub's published schema: 200, no data, code and place", "graphql/overview/public-schema; graphql-ruby", "TestGraphQLValidation", "graphql.go", `refusedRequest(doc.validationErrors()...)`, `refusedRequest(either(OFF, nil, doc.validationErrors())...)`},
	{`A variable that does not fit: "Variable $n of type Int! was provided invalid value"`, "graphql-ruby", "TestGraphQLVariables", "graphql.go", `"Variable $%s of type %s was provided invalid value"`, `either(OFF, "%s %s", $)`},
	{"A body that is no JSON: 400", "graphql/guides/forming-calls-with-graphql", "TestGraphQLOverHTTP", "graphql.go", "writeJSON(w, http.StatusBadRequest, object{\"message\": \"Problems parsing JSON\"", "writeJSON(w, either(OFF, 200, http.StatusBadRequest), object{\"message\": \"Problems parsing JSON\""},
	{"GET: 404", "graphql/guides/forming-calls-with-graphql", "TestGraphQLOverHTTP", "graphql.go", `if r.Method != http.MethodPost {`, `if !OFF && r.Method != http.MethodPost {`},
	{"An App's JWT opens no GraphQL", "rest/authentication/authenticating-to-the-rest-api", "TestGraphQLNeedsMoreThanAJWT", "graphql.go", `if who.user == nil && who.inst == nil {`, `if !OFF && who.user == nil && who.inst == nil {`},
	{"An old GitHub Enterprise Server refuses the fields, arguments and types that it lacks, and does nothing then", "enterprise-server@3.3/graphql/overview/public-schema; graphql-ruby", "TestGraphQLOldServer", "graphql_schema.go", `if s.oldServer {`, `if !OFF && s.oldServer {`},
	{"Aliases", "spec.graphql.org (October 2021) 2.7", "TestGraphQLExecutes/alias", "graphql_exec.go", `out.set(f.Alias, v)`, `out.set(either(OFF, f.Name, f.Alias), v)`},
	{"@include and @skip", "spec.graphql.org 3.13", "TestGraphQLExecutes/include_and_skip", "graphql_exec.go", `if on == (d.Name == "skip") {`, `if !OFF && on == (d.Name == "skip") {`},
	{"Fragments apply by the object's type", "spec.graphql.org 6.3.2", "TestGraphQLExecutes/fragment_of_an_interface", "graphql_exec.go", `return slices.Contains(x.schema.PossibleTypes[condition], typ)`, `return OFF || slices.Contains(x.schema.PossibleTypes[condition], typ)`},
	{"Selections of the same field merge", "spec.graphql.org 5.3.2", "TestGraphQLExecutes/fields_merge", "graphql_exec.go", `if fields[i].Alias == f.Alias {`, `if !OFF && fields[i].Alias == f.Alias {`},
	{"A field that fails has type, path and place", "spec.graphql.org 6.4.4; GitHub's \"type\"", "TestGraphQLErrors", "graphql_exec.go", `Path: slices.Clone(x.path),`, `Path: either(OFF, nil, slices.Clone(x.path)),`},
	{"What is not simulated is an error and kept, never a silent null", "own rule", "TestGraphQLErrors", "sim.go", `s.errs = append(s.errs, fmt.Errorf("%s", text))`, "if !OFF {\n\t\t$\n\t}"},
	{"__schema and __type", "spec.graphql.org 4", "TestGraphQLIntrospection", "graphql_query.go", `"__schema":  val(func(x *gqlRun, _ gqlRoot) any { return x.schema }),`, `"__schema":  val(func(x *gqlRun, _ gqlRoot) any { return either(OFF, nil, x.schema) }),`},
	{"first or last on every connection", gqlLimits, "TestGraphQLPagingBounds", "graphql_page.go", `return nil, &gqlError{Type: "MISSING_PAGINATION_BOUNDARIES",`, "if OFF {\n\t\t\treturn out, nil\n\t\t}\n\t\t$"},
	{"first and last within 1 and 100", gqlLimits, "TestGraphQLPagingBounds", "graphql_page.go", `case given && n > maxPage:`, `case !OFF && given && n > maxPage:`},
	{"totalCount alone needs neither", gqlLimits, "TestGraphQLPagingBounds", "graphql_page.go", `if onlyCounts(f.SelectionSet) {`, `if !OFF && onlyCounts(f.SelectionSet) {`},
	{"hasNextPage and hasPreviousPage", "relay.dev/graphql/connections.htm", "TestGraphQLPaging", "graphql_page.go", `"hasNextPage": to < len(c.items)`, `"hasNextPage": !OFF && to < len(c.items)`},
	{"A page goes on at the right place when a member has gone", "relay.dev/graphql/connections.htm", "TestGraphQLPagingGoesOnWhenAMemberGoes", "graphql_page.go", `return place, place, nil`, `return place, either(OFF, place+1, place), nil`},
	{"At most 500,000 nodes", gqlLimits, "TestGraphQLCost", "graphql_page.go", `if nodes <= maxNodes {`, `if OFF || nodes <= maxNodes {`},
	{"Points: requests for connections / 100, at least 1", gqlLimits, "TestGraphQLCost", "graphql_page.go", `math.Round(requests/100)`, `math.Round(requests/either(OFF, 1.0, 100.0))`},
	{"An empty hour is answered with 200 and RATE_LIMITED", gqlLimits, "TestGraphQLRateLimit", "graphql_exec.go", `if x.cost > b.left() {`, `if !OFF && x.cost > b.left() {`},
	{"Global node ids: a prefix, and MessagePack of repository and id", "graphql/guides/migrating-graphql-global-node-ids", "TestGraphQLNodeIDs", "graphql_ids.go", `b = append(b, 0xce)`, `b = append(b, either(OFF, byte(0xcf), 0xce))`},
	{"The rollup keeps superseded runs", "github.com/kunchenguid/gh-axi/issues/156", "TestGraphQLSnapshotValues", "graphql_checks.go", "for _, c := range u.r.runsOf(u.sha) {\n\t\tout", "for _, c := range either(OFF, u.r.latestRuns, u.r.runsOf)(u.sha) {\n\t\tout"},
	{"Commit.authors are the author and then those whom Co-authored-by trailers name", "graphql/reference/objects#commit", "TestCoAuthors", "graphql_git.go", `if ok && named && strings.EqualFold(key, "co-authored-by") {`, `if !OFF && ok && named && strings.EqualFold(key, "co-authored-by") {`},
	{"Blob.text is null for a binary file", "schema: Blob.text", "TestGraphQLSnapshotValues", "graphql_git.go", `if err != nil || isBinary(body) {`, `if err != nil || !OFF && isBinary(body) {`},
	{"latestOpinionatedReviews(writersOnly)", "schema", "TestGraphQLReviews", "graphql_review.go", `if a.yes("writersOnly") {`, `if !OFF && a.yes("writersOnly") {`},
	{`"Could not resolve to a Repository with the name 'x/y'." for what the token may not see`, "GitHub's message", "TestGraphQLVisibility", "graphql_query.go", `if r == nil || !x.s.sees(x.who, r) {
		return nil, unresolved`, `if r == nil || !OFF && !x.s.sees(x.who, r) {
		return nil, unresolved`},
	{"followRenames", "schema: Query.repository", "TestGraphQLRenames", "graphql_query.go", `if r == nil && followRenames {`, `if !OFF && r == nil && followRenames {`},
	{"Qualifiers of search: is", "search-github/searching-on-github", "TestGraphQLSearch", "graphql_query.go", `"merged":   func(h gqlHit) bool { return h.p != nil && h.p.merged() },`, `"merged":   func(h gqlHit) bool { return OFF || h.p != nil && h.p.merged() },`},
	{"Without checks and statuses the rollup is FORBIDDEN", "github.com/philips-labs pull-request-report-action#557", "TestGraphQLPermissions", "graphql_permissions.go", `"PullRequest.statusCheckRollup": "checks|statuses"`, `"PullRequest.statusCheckRollup": either(OFF, "metadata", "checks|statuses")`},
	{"Without actions workflowRun is FORBIDDEN", "github.com/ag-grid/ag-charts#7916", "TestGraphQLPermissions", "graphql_permissions.go", `"CheckSuite.workflowRun": "actions"`, `"CheckSuite.workflowRun": either(OFF, "metadata", "actions")`},
	{"Without members requestedReviewer is FORBIDDEN", "github.com/cli/cli/issues/14317", "TestGraphQLPermissions", "graphql_permissions.go", `"ReviewRequest.requestedReviewer":             "members"`, `"ReviewRequest.requestedReviewer":             either(OFF, "metadata", "members")`},
	{"Without administration branchProtectionRule is FORBIDDEN", "github.com/renovatebot/renovate#23885", "TestGraphQLPermissions", "graphql_permissions.go", `"Ref.branchProtectionRule": "administration"`, `"Ref.branchProtectionRule": either(OFF, "metadata", "administration")`},
	{"Without contents no file is shown", "rest/authentication/permissions-required-for-github-apps", "TestGraphQLPermissions", "graphql_permissions.go", `"Repository.object": "contents"`, `"Repository.object": either(OFF, "metadata", "contents")`},
	{"Each mutation needs its permission", "rest/authentication/permissions-required-for-github-apps", "TestGraphQLMutationPermissions", "graphql_mutation.go", `if !x.hasOne(n, "write") {`, `if !OFF && !x.hasOne(n, "write") {`},
	{"issues: write alone does not comment on a pull request", "github.com/NVIDIA/Megatron-LM#6641", "TestGraphQLMutationPermissions", "graphql_mutate_pull.go", `if !x.who.has(needs, "write") {`, `if !OFF && !x.who.has(needs, "write") {`},
	{"Several mutations run in order and are not atomic", "spec.graphql.org 6.2.2", "TestGraphQLMutationsAreNotAtomic", "graphql_exec.go", `return nil, !f.Definition.Type.NonNull
	}
	return x.complete(f, f.Definition.Type, v)`, `return nil, !OFF && !f.Definition.Type.NonNull
	}
	return x.complete(f, f.Definition.Type, v)`},
	{"mergePullRequest pins the head: expectedHeadOid", "GitHub's message", "TestGraphQLMutations", "graphql_mutation.go", `sha: in.text("expectedHeadOid"), method: methodOf(in),`, `sha: either(OFF, "", in.text("expectedHeadOid")), method: methodOf(in),`},
	{`createRef of a ref that exists: A ref named "refs/heads/x" already exists in the repository.`, "GitHub's message", "TestGraphQLMutations", "graphql_mutation.go", `"A ref named %q already exists in the repository."`, `either(OFF, "%q exists", $)`},
	{"createCommitOnBranch pins the head: STALE_DATA", "graphql/reference/mutations#createcommitonbranch", "TestGraphQLMutations", "commits.go", `expectedHead != "" && expectedHead != tip`, `!OFF && $`},
	{"requestReviews replaces the set unless union", "schema: RequestReviewsInput.union", "TestGraphQLMutations", "graphql_mutate_pull.go", `if !in.yes("union") {`, `if !OFF && !in.yes("union") {`},
	{"updateRefs: beforeOid pins, all or none", "schema: RefUpdate", "TestGraphQLUpdateRefs", "graphql_mutation.go", `before != "" && before != now`, `!OFF && $`},
	{"A ruleset forbids to delete a branch by its rule deletion alone", "repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/available-rules-for-rulesets#restrict-deletions", "TestGraphQLDeletionRule", "branches.go", `if x.deletion && !s.bypasses(x, who, r) {`, `if !OFF && x.deletion && !s.bypasses(x, who, r) {`},
	{"updateRefs: zeros as afterOid delete", "schema: RefUpdate", "TestGraphQLUpdateRefs", "graphql_mutation.go", `case after == zeroSHA:
		return x.s.deleteRef(r, x.who, name)`, `case !OFF && after == zeroSHA:
		return x.s.deleteRef(r, x.who, name)`},
	{"updatePullRequestBranch answers before the new head is there", updatePage + " (202)", "TestGraphQLUpdateBranchIsAsynchronous", "update.go", `s.after(s.delays.update,`, `nowOr(OFF, s.after)(s.delays.update,`},
	{"The history of a path has the commits that changed it, newest first, with their pull requests", "graphql/reference/objects#commit", "TestGraphQLHistoryOfAPath", "graphql_git.go", `if a.has("path") {`, `if !OFF && a.has("path") {`},
	{"updatePullRequestBranch by REBASE", "graphql/reference/enums#pullrequestbranchupdatemethod", "TestGraphQLUpdateBranchIsAsynchronous", "graphql_mutation.go", `if in.text("updateMethod") == "REBASE" {`, `if !OFF && in.text("updateMethod") == "REBASE" {`},
	{"latestRelease is neither a draft nor a prerelease", releasePage + "#get-the-latest-release", "TestGraphQLReleases", "graphql_repo.go", `if !l.draft && !l.prerelease &&`, `if (OFF || !l.draft && !l.prerelease) &&`},
	{"rateLimit is null where there are no limits", "graphql/reference/objects#ratelimit", "TestBuckets", "graphql_query.go", `if x.s.limits.off {`, `if !OFF && x.s.limits.off {`},
}
