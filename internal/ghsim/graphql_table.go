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
	return func(*gqlRun, any, gqlArgs) (any, error) { return v, nil }
}

// none is an empty connection: what this GitHub does not have, still with its rules of paging.
func none(*gqlRun, any, gqlArgs) (any, error) { return connect([]any{}), nil }

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

// number is an integer argument.
func (a gqlArgs) number(name string) (int, bool) {
	switch n := a[name].(type) {
	case int64:
		return int(n), true
	case int:
		return n, true
	case fmt.Stringer: // json.Number
		var i int
		_, err := fmt.Sscan(n.String(), &i)
		return i, err == nil
	}
	return 0, false
}

// text is a string, enum or id argument; "" if it is absent or null.
func (a gqlArgs) text(name string) string {
	s, _ := a[name].(string)
	return s
}

func (a gqlArgs) yes(name string) bool {
	b, _ := a[name].(bool)
	return b
}

// has says whether an argument was given and is not null.
func (a gqlArgs) has(name string) bool { return a[name] != nil }

// texts is a list of strings; a single value is a list of one, as GraphQL coerces it.
func (a gqlArgs) texts(name string) []string {
	switch v := a[name].(type) {
	case string:
		return []string{v}
	case []string:
		return v
	case []any:
		out := make([]string, 0, len(v))
		for _, e := range v {
			if s, ok := e.(string); ok {
				out = append(out, s)
			}
		}
		return out
	}
	return nil
}

// object is an input object; nil if it is absent.
func (a gqlArgs) object(name string) gqlArgs {
	m, _ := a[name].(map[string]any)
	return m
}

// objects is a list of input objects.
func (a gqlArgs) objects(name string) []gqlArgs {
	var out []gqlArgs
	list, _ := a[name].([]any)
	for _, e := range list {
		if m, ok := e.(map[string]any); ok {
			out = append(out, m)
		}
	}
	return out
}

// typeName turns an enum value that names a type into the type: REVIEW_REQUESTED_EVENT is ReviewRequestedEvent.
func typeName(enum string) string {
	var b strings.Builder
	for w := range strings.SplitSeq(enum, "_") {
		b.WriteString(w[:1] + strings.ToLower(w[1:]))
	}
	return b.String()
}
