package github

import (
	"fmt"
	"regexp"
	"strings"
)

// The documents. A fragment is written once; a query takes the ones that it names. A line that ends in "# needs X" is left out
// where the server lacks X, and one that ends in "# instead of X" is asked only there. X is Type.field, field(argument), or
// Union:Type. Every other field must be there: what a GitHub Enterprise Server of 2021 lacks and a snapshot cannot do without
// has another way (lacks.go).

// sameName asks for a repository by the name that it has now, not by one that it had.
const sameName = `
followRenames:false # needs repository(followRenames)
`

var fragments = map[string]string{
	"actor": `fragment actor on Actor{__typename login ...on User{databaseId} ...on Bot{databaseId} ...on Mannequin{databaseId} ...on Organization{databaseId}}`,

	"reviewer": `fragment reviewer on RequestedReviewer{__typename ...on User{login databaseId} ...on Mannequin{login databaseId} ...on Team{combinedSlug}
...on Bot{login databaseId} # needs RequestedReviewer:Bot
}`,

	"repo": `fragment repo on Repository{id databaseId nameWithOwner isArchived isPrivate mergeCommitAllowed squashMergeAllowed rebaseMergeAllowed
defaultBranchRef{name target{oid ...on Commit{config:file(path:".platform.yml"){oid}}}}}`,

	// tip is what governs a base branch, by ids alone: the bodies come from a cache.
	"tip": `fragment tip on Commit{config:file(path:".platform.yml"){oid}
owners0:file(path:".github/CODEOWNERS"){oid} owners1:file(path:"CODEOWNERS"){oid} owners2:file(path:"docs/CODEOWNERS"){oid}}`,

	"base": `fragment base on Ref{name target{oid ...tip}
branchProtectionRule{requiresApprovingReviews requiredApprovingReviewCount requiresStatusChecks requiresStrictStatusChecks
requiresConversationResolution requiresLinearHistory requiresCommitSignatures restrictsPushes dismissesStaleReviews
requiredStatusChecks{context app{databaseId}} # needs BranchProtectionRule.requiredStatusChecks
requiredStatusCheckContexts # instead of BranchProtectionRule.requiredStatusChecks
requiresDeployments # needs BranchProtectionRule.requiresDeployments
lockBranch # needs BranchProtectionRule.lockBranch
}}`,

	// made is who made a commit, and whether GitHub vouches for it.
	"made": `fragment made on Commit{author{email user{databaseId}} committer{email user{databaseId}} signature{isValid wasSignedByGitHub}}`,

	// wrote is whose a commit is, by the e-mail address that it names.
	"wrote": `fragment wrote on GitActor{name email user{databaseId}}`,

	// last is the newest commit of a history, and the pull requests that brought it.
	"last": `fragment last on CommitHistoryConnection{nodes{oid associatedPullRequests(first:5){nodes{number state}}}}`,

	"blob": `fragment blob on GitObject{__typename oid ...on Blob{text isBinary isTruncated}}`,
}

// compared is a comparison of a head with its base.
const compared = `{behindBy baseTarget{oid} headTarget{oid}}`

// orgField asks for the organisation's file.
const orgField = `org:repository(owner:$owner,name:".github"` + sameName + `){object(expression:"HEAD:.platform.org.yml"){oid}}`

// pullFields are the fields of a pull request; N stands for its place in the query.
const pullFields = `{id number title body state isDraft createdAt updatedAt author{...actor}
headRefOid headRefName isCrossRepository maintainerCanModify headRepositoryOwner{__typename login}
headRepository{id
pullRequests(states:OPEN,first:20,baseRefName:$bN)@include(if:$aN){nodes{number} pageInfo{hasNextPage}}
}
headRef{target{oid ...on Commit{tree{oid} parents(first:5){nodes{oid}} ...made}}
kept:branchProtectionRule@include(if:$aN){allowsDeletions}
rules(first:100)@include(if:$aN){nodes{type} pageInfo{hasNextPage}} # needs Ref.rules
associatedPullRequests(states:OPEN,first:20)@include(if:$aN){nodes{number} pageInfo{hasNextPage}}
}
baseRefName mergeable mergeStateStatus reviewDecision mergedBy{...actor}
mergeCommit{oid tree{oid} parents(first:3){nodes{oid}} additions deletions
changedFilesIfAvailable # needs Commit.changedFilesIfAvailable
}
isMergeQueueEnabled # needs PullRequest.isMergeQueueEnabled
isInMergeQueue # needs PullRequest.isInMergeQueue
mergeQueueEntry{position enqueuer{...actor}} # needs PullRequest.mergeQueueEntry
queueEvents:timelineItems(last:1,itemTypes:[ADDED_TO_MERGE_QUEUE_EVENT,REMOVED_FROM_MERGE_QUEUE_EVENT]){nodes{__typename ...on RemovedFromMergeQueueEvent{createdAt reason actor{...actor}}}} # needs PullRequest.mergeQueueEntry
labels(first:100){nodes{name} pageInfo{hasNextPage}}
files(first:100){pageInfo{hasNextPage} nodes{path additions deletions
changeType # needs PullRequestChangedFile.changeType
}}
reviews(last:100){nodes{state submittedAt authorCanPushToRepository author{...actor} commit{oid}} pageInfo{hasPreviousPage}}
reviewRequests(first:100){nodes{requestedReviewer{...reviewer}} pageInfo{hasNextPage}}
reviewThreads(first:100){nodes{isResolved} pageInfo{hasNextPage}}
written:commits(last:100){nodes{commit{oid message signature{isValid wasSignedByGitHub} authors(first:10){nodes{...wrote} pageInfo{hasNextPage}} committer{...wrote}}} pageInfo{hasPreviousPage}}
timelineItems(last:100,itemTypes:[REVIEW_REQUESTED_EVENT,REVIEW_REQUEST_REMOVED_EVENT]){pageInfo{hasPreviousPage} nodes{__typename
...on ReviewRequestedEvent{actor{...actor} requestedReviewer{...reviewer}} ...on ReviewRequestRemovedEvent{actor{...actor} requestedReviewer{...reviewer}}}}
suites:commits(last:1){nodes{commit{oid checkSuites(first:100){nodes{conclusion workflowRun{databaseId}} pageInfo{hasNextPage}}}}}
commits(last:1){nodes{commit{ # instead of PullRequest.statusCheckRollup
statusCheckRollup{commit{oid} contexts(first:100){pageInfo{hasNextPage} nodes{__typename
...on CheckRun{databaseId name status conclusion completedAt externalId isRequired(pullRequestNumber:$nN) checkSuite{app{databaseId slug} workflowRun{workflow{databaseId}
event # needs WorkflowRun.event
}
databaseId # instead of WorkflowRun.event
}}
...on StatusContext{context state createdAt isRequired(pullRequestNumber:$nN)}}}}
}}} # instead of PullRequest.statusCheckRollup
baseRef{target{oid
...on Commit{history(first:50)@include(if:$aN){nodes{oid}}}
}
compare(headRef:$hN) @include(if:$kN)` + compared + ` # needs Ref.compare
landed:compare(headRef:$lN)@include(if:$aN){aheadBy baseTarget{oid} headTarget{oid}} # needs Ref.compare
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
	return withFragments(`query PR($owner:String!,$name:String!` + pullVars(0) + `){
repository(owner:$owner,name:$name` + sameName + `){...repo pullRequest(number:$n0)` + pullField(0) + ` baseRef{...base}}}
` + orgField + `}`)
}

// baseText asks for a base branch and n of its pull requests.
func baseText(n int) string {
	var vars, fields strings.Builder
	for i := range n {
		vars.WriteString(pullVars(i))
		fmt.Fprintf(&fields, "\np%d:pullRequest(number:$n%d)%s}", i, i, pullField(i))
	}
	return withFragments(`query Base($owner:String!,$name:String!,$ref:String!` + vars.String() + `){
repository(owner:$owner,name:$name` + sameName + `){...repo ref(qualifiedName:$ref){...base}` + fields.String() + `}
` + orgField + `}`)
}

// pullVars declares the variables of a pull request: its number, the head to compare, whether to compare; after a
// merge of ours its branch, whether to ask about that, and the commit of the base that was decided on.
func pullVars(i int) string {
	return fmt.Sprintf(",$n%d:Int!,$b%d:String!,$a%d:Boolean!\n$h%d:String!,$k%d:Boolean!,$l%d:String! # needs Ref.compare\n", i, i, i, i, i, i)
}

func pullField(i int) string {
	return strings.NewReplacer("$nN", fmt.Sprintf("$n%d", i), "$hN", fmt.Sprintf("$h%d", i), "$kN", fmt.Sprintf("$k%d", i),
		"$aN", fmt.Sprintf("$a%d", i), "$bN", fmt.Sprintf("$b%d", i), "$lN", fmt.Sprintf("$l%d", i)).Replace(pullFields)
}

// compareText compares n heads with a base, each by its id and by its branch's name.
func compareText(n int) string {
	var vars, fields strings.Builder
	for i := range n {
		fmt.Fprintf(&vars, ",$h%d:String!,$b%d:String!", i, i)
		fmt.Fprintf(&fields, "\nh%d:compare(headRef:$h%d)%s b%d:compare(headRef:$b%d)%s", i, i, compared, i, i, compared)
	}
	return withFragments(`query Compare($owner:String!,$name:String!,$ref:String!` + vars.String() + `){
repository(owner:$owner,name:$name` + sameName + `){ref(qualifiedName:$ref){name` + fields.String() + `
}}}`)
}
