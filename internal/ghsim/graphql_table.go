package ghsim

import (
	"fmt"
	"strings"
)

// gqlResolver answers one field of an object.
type gqlResolver func(x *gqlRun, obj any, a gqlArgs) (any, error)

// gqlTable answers the fields of one type.
type gqlTable map[string]gqlResolver

// val is a field that needs no arguments and cannot fail.
func val[T any](f func(x *gqlRun, o T) any) gqlResolver {
	return func(x *gqlRun, obj any, _ gqlArgs) (any, error) {
		o, ok := obj.(T)
		if !ok {
			return nil, x.notSimulated(fmt.Sprintf("a field of %T", obj))
		}
		return f(x, o), nil
	}
}

// ask is a field with arguments, or one that can fail.
func ask[T any](f func(x *gqlRun, o T, a gqlArgs) (any, error)) gqlResolver {
	return func(x *gqlRun, obj any, a gqlArgs) (any, error) {
		o, ok := obj.(T)
		if !ok {
			return nil, x.notSimulated(fmt.Sprintf("a field of %T", obj))
		}
		return f(x, o, a)
	}
}

// always is a field with the same answer for every object: what this GitHub does not have (milestones, reactions).
func always(v any) gqlResolver {
	return func(_ *gqlRun, _ any, a gqlArgs) (any, error) {
		a.indifferent()
		return v, nil
	}
}

// none is an empty connection: what this GitHub does not have, still with its rules of paging.
func none(_ *gqlRun, _ any, a gqlArgs) (any, error) {
	a.indifferent()
	return connect([]any{}), nil
}

// with adds the tables of the interfaces that a type implements.
func (t gqlTable) with(more ...gqlTable) gqlTable {
	for _, m := range more {
		for k, v := range m {
			if _, ok := t[k]; !ok {
				t[k] = v
			}
		}
	}
	return t
}

// identified are the fields of whatever has a node id.
var identified = gqlTable{
	"id": func(x *gqlRun, obj any, _ gqlArgs) (any, error) {
		if id := gqlID(obj); id != "" {
			return id, nil
		}
		return nil, x.notSimulated(fmt.Sprintf("id of %T", obj))
	},
}

// gqlTables is the table of tables: what is answered, by type and field. Types that are made for one answer
// (payloads, PageInfo, connections, edges) are gqlRecords and need no table.
var gqlTables = map[string]gqlTable{
	"Query":    queryTable,
	"Mutation": mutationTable,

	"Repository":        repositoryTable.with(identified),
	"Ref":               refTable.with(identified),
	"Comparison":        comparisonTable.with(identified),
	"Commit":            commitTable.with(identified, gitObjectTable),
	"Tree":              treeTable.with(identified, gitObjectTable),
	"Blob":              blobTable.with(identified, gitObjectTable),
	"TreeEntry":         treeEntryTable,
	"GitActor":          gitActorTable,
	"GpgSignature":      gpgSignatureTable,
	"Release":           releaseTable.with(identified),
	"Label":             labelTable.with(identified),
	"Issue":             issueTable.with(identified),
	"IssueComment":      issueCommentTable.with(identified),
	"PullRequest":       pullTable.with(pullBranchTable, pullPeopleTable, pullViewerTable, identified),
	"PullRequestCommit": pullCommitTable.with(identified),

	"PullRequestChangedFile":   changedFileTable,
	"PullRequestReview":        reviewTable.with(identified),
	"PullRequestReviewThread":  threadTable.with(identified),
	"PullRequestReviewComment": threadCommentTable.with(identified),
	"ReviewRequest":            reviewRequestTable.with(identified),
	"AutoMergeRequest":         autoMergeTable,
	"MergeQueueEntry":          queueEntryTable.with(identified),

	"StatusCheckRollup": rollupTable.with(identified),
	"CheckRun":          checkRunTable.with(identified),
	"CheckSuite":        checkSuiteTable.with(identified),
	"StatusContext":     statusTable.with(identified),
	"Status":            combinedStatusTable.with(identified),
	"App":               appTable.with(identified),

	"BranchProtectionRule":           protectionTable.with(identified),
	"RepositoryRule":                 ruleTable.with(identified),
	"RepositoryRuleset":              rulesetTable.with(identified),
	"RefUpdateRule":                  refUpdateRuleTable,
	"User":                           userTable.with(accountTable, identified),
	"Organization":                   organizationTable.with(accountTable, identified),
	"Bot":                            botTable.with(accountTable, identified),
	"Team":                           teamTable.with(identified),
	"ReviewRequestedEvent":           eventTable.with(identified),
	"ReviewRequestRemovedEvent":      eventTable.with(identified),
	"ReadyForReviewEvent":            eventTable.with(identified),
	"ConvertToDraftEvent":            eventTable.with(identified),
	"HeadRefForcePushedEvent":        eventTable.with(identified),
	"BaseRefChangedEvent":            eventTable.with(identified),
	"ReopenedEvent":                  eventTable.with(identified),
	"ClosedEvent":                    eventTable.with(identified),
	"MergedEvent":                    eventTable.with(identified),
	"LabeledEvent":                   eventTable.with(identified),
	"UnlabeledEvent":                 eventTable.with(identified),
	"HeadRefDeletedEvent":            eventTable.with(identified),
	"RenamedTitleEvent":              eventTable.with(identified),
	"AddedToMergeQueueEvent":         eventTable.with(identified),
	"RemovedFromMergeQueueEvent":     eventTable.with(identified),
	"PullRequestParameters":          {},
	"RequiredStatusChecksParameters": {},

	"__Schema":     schemaTable,
	"__Type":       typeTable,
	"__Field":      fieldTable,
	"__InputValue": inputValueTable,
	"__EnumValue":  enumValueTable,
	"__Directive":  directiveTable,
}

// gqlTypeOf is the one place that says what a Go value is in the schema.
func gqlTypeOf(v any) string {
	switch v := v.(type) {
	case *account:
		return v.kind
	case *repo:
		return "Repository"
	case *pull:
		return "PullRequest"
	case *team:
		return "Team"
	case *app:
		return "App"
	case gqlCommit:
		return "Commit"
	case gqlTree:
		return "Tree"
	case gqlBlob:
		return "Blob"
	case gqlIssue:
		return "Issue"
	case gqlRef:
		return "Ref"
	case gqlRelease:
		return "Release"
	case gqlLabel:
		return "Label"
	case gqlSigned:
		return "GpgSignature"
	case gqlCheck:
		return "CheckRun"
	case gqlSuite:
		return "CheckSuite"
	case gqlStatus:
		return "StatusContext"
	case gqlReview:
		return "PullRequestReview"
	case gqlThread:
		return "PullRequestReviewThread"
	case gqlComment:
		return "IssueComment"
	case gqlPullCommit:
		return "PullRequestCommit"
	case gqlProtection:
		return "BranchProtectionRule"
	case gqlRuleset:
		return "RepositoryRuleset"
	case gqlEvent:
		return v.kind
	case gqlRecord:
		name, _ := v["__typename"].(string)
		return name
	}
	return ""
}

// typeName turns an enum value that names a type into the type: REVIEW_REQUESTED_EVENT is ReviewRequestedEvent.
func typeName(enum string) string {
	var b strings.Builder
	for w := range strings.SplitSeq(enum, "_") {
		b.WriteString(w[:1] + strings.ToLower(w[1:]))
	}
	return b.String()
}
