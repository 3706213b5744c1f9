package github

import (
	"fmt"
	"regexp"
	"strings"
)

// The documents. A fragment is written once; a query takes the ones that it names. A line that ends in "# needs Type.field"
// is left out where the server lacks the field; every other field must be there.

var fragments = map[string]string{
	"actor": `fragment actor on Actor{__typename login ...on User{databaseId} ...on Bot{databaseId} ...on Mannequin{databaseId} ...on Organization{databaseId}}`,

	"reviewer": `fragment reviewer on RequestedReviewer{__typename ...on User{login databaseId} ...on Bot{login databaseId} ...on Mannequin{login databaseId} ...on Team{combinedSlug}}`,

	"repo": `fragment repo on Repository{id databaseId nameWithOwner isArchived isPrivate mergeCommitAllowed squashMergeAllowed rebaseMergeAllowed
defaultBranchRef{name target{oid ...on Commit{config:file(path:".platform.yml"){oid}}}}}`,

	// tip is what governs a base branch, by ids alone: the bodies come from a cache.
	"tip": `fragment tip on Commit{config:file(path:".platform.yml"){oid}
owners0:file(path:".github/CODEOWNERS"){oid} owners1:file(path:"CODEOWNERS"){oid} owners2:file(path:"docs/CODEOWNERS"){oid}}`,

	"base": `fragment base on Ref{name target{oid ...tip}
branchProtectionRule{requiresApprovingReviews requiredApprovingReviewCount requiresStatusChecks requiresStrictStatusChecks
requiredStatusChecks{context app{databaseId}} requiresConversationResolution requiresLinearHistory requiresCommitSignatures restrictsPushes
requiresDeployments # needs BranchProtectionRule.requiresDeployments
lockBranch # needs BranchProtectionRule.lockBranch
}}`,

	// made is who made a commit, and whether GitHub vouches for it.
	"made": `fragment made on Commit{author{email user{databaseId}} signature{isValid wasSignedByGitHub}}`,

	"compared": `fragment compared on Comparison{behindBy baseTarget{oid} headTarget{oid}}`,

	"blob": `fragment blob on GitObject{__typename oid ...on Blob{text isBinary isTruncated}}`,
}

// orgField asks for the organisation's file.
const orgField = `org:repository(owner:$owner,name:".github",followRenames:false){object(expression:"HEAD:.platform.org.yml"){oid}}`

// pullFields are the fields of a pull request; N stands for its place in the query.
const pullFields = `{id number title body state isDraft createdAt author{...actor}
headRefOid headRefName isCrossRepository headRepository{id} headRepositoryOwner{login} headRef{target{oid ...on Commit{parents(first:5){nodes{oid}} ...made}}}
baseRefName mergeable mergeStateStatus reviewDecision mergedBy{...actor} mergeCommit{oid}
isMergeQueueEnabled # needs PullRequest.isMergeQueueEnabled
labels(first:100){nodes{name} pageInfo{hasNextPage}}
files(first:100){nodes{path additions deletions changeType} pageInfo{hasNextPage}}
reviews(last:100){nodes{state submittedAt authorCanPushToRepository author{...actor} commit{oid}} pageInfo{hasPreviousPage}}
reviewRequests(first:100){nodes{requestedReviewer{...reviewer}} pageInfo{hasNextPage}}
reviewThreads(first:100){nodes{isResolved} pageInfo{hasNextPage}}
timelineItems(last:100,itemTypes:[REVIEW_REQUESTED_EVENT,REVIEW_REQUEST_REMOVED_EVENT]){pageInfo{hasPreviousPage} nodes{__typename
...on ReviewRequestedEvent{requestedReviewer{...reviewer}} ...on ReviewRequestRemovedEvent{actor{...actor} requestedReviewer{...reviewer}}}}
statusCheckRollup{commit{oid} contexts(first:100){pageInfo{hasNextPage} nodes{__typename
...on CheckRun{databaseId name status conclusion externalId isRequired(pullRequestNumber:$nN) checkSuite{app{databaseId slug} workflowRun{event workflow{databaseId}}}}
...on StatusContext{context state isRequired(pullRequestNumber:$nN)}}}}
baseRef{target{oid}
compare(headRef:$hN) @include(if:$kN){...compared} # needs Ref.compare
}`

var spread = regexp.MustCompile(`\.\.\.(\w+)`)

// withFragments adds the fragments that a text spreads, and those that they spread.
func withFragments(text string) string {
	done := map[string]bool{}
	for at := 0; ; {
		next := spread.FindStringSubmatchIndex(text[at:])
		if next == nil {
			return text
		}
		name := text[at+next[2] : at+next[3]]
		at += next[1]
		if f, ok := fragments[name]; ok && !done[name] {
			text += "\n" + f
			done[name] = true
		}
	}
}

// pullText asks for one pull request with what governs its base.
func pullText() string {
	return withFragments(`query PR($owner:String!,$name:String!,` + pullVars(0) + `){
repository(owner:$owner,name:$name,followRenames:false){...repo pullRequest(number:$n0)` + pullField(0) + ` baseRef{...base}}}
` + orgField + `}`)
}

// baseText asks for a base branch and n of its pull requests.
func baseText(n int) string {
	var vars, fields strings.Builder
	for i := range n {
		fmt.Fprintf(&vars, ",%s", pullVars(i))
		fmt.Fprintf(&fields, "\np%d:pullRequest(number:$n%d)%s}", i, i, pullField(i))
	}
	return withFragments(`query Base($owner:String!,$name:String!,$ref:String!` + vars.String() + `){
repository(owner:$owner,name:$name,followRenames:false){...repo ref(qualifiedName:$ref){...base}` + fields.String() + `}
` + orgField + `}`)
}

// pullVars declares the variables of a pull request: its number, the head to compare, whether to compare.
func pullVars(i int) string { return fmt.Sprintf("$n%d:Int!,$h%d:String!,$k%d:Boolean!", i, i, i) }

func pullField(i int) string {
	return strings.NewReplacer("$nN", fmt.Sprintf("$n%d", i), "$hN", fmt.Sprintf("$h%d", i), "$kN", fmt.Sprintf("$k%d", i)).Replace(pullFields)
}

// compareText compares n heads with a base, each by its id and by its branch's name.
func compareText(n int) string {
	var vars, fields strings.Builder
	for i := range n {
		fmt.Fprintf(&vars, ",$h%d:String!,$b%d:String!", i, i)
		fmt.Fprintf(&fields, "\nh%d:compare(headRef:$h%d){...compared} b%d:compare(headRef:$b%d){...compared} # needs Ref.compare", i, i, i, i)
	}
	return withFragments(`query Compare($owner:String!,$name:String!,$ref:String!` + vars.String() + `){
repository(owner:$owner,name:$name,followRenames:false){ref(qualifiedName:$ref){name` + fields.String() + `
}}}`)
}
