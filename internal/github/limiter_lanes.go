package github

import (
	"context"

	"github.com/pitcrew-app/pitcrew/rules"
)

// lane is what a request is for, the most urgent first: when a budget runs short, the last lane stops first, and merges last.
type lane int

const (
	laneMerge lane = iota
	laneUpdate
	laneReviewers
	laneOpen
	laneCheck
	laneLabel
	laneComment
	laneRead     // what a decision needs
	laneOptional // what can wait: the hourly sweep, live reads of pages, redeliveries
	laneSpare    // what nobody has told of: looks at what a sweep has found, of which there may be a hundred thousand
)

// lanes says of each lane what it leaves to the ones before it, in percent: of a primary limit, and of what may be written in an
// hour.
var lanes = [...]struct {
	name             string
	primary, content int
}{
	laneMerge:     {"merge", 0, 0},
	laneUpdate:    {"update", 1, 5},
	laneReviewers: {"reviewers", 2, 10},
	laneOpen:      {"open", 5, 20},
	laneCheck:     {"check", 10, 25},
	laneLabel:     {"label", 10, 30},
	laneComment:   {"comment", 15, 40},
	laneRead:      {"read", 1, 0},
	laneOptional:  {"optional", 10, 0},
	laneSpare:     {"spare", 40, 0},
}

// laneOfKind has the lane of each kind of action; one that is not here is among the labels.
var laneOfKind = map[string]lane{
	rules.KindMerge: laneMerge, rules.KindEnqueue: laneMerge, rules.KindDequeue: laneMerge, rules.KindUpdate: laneUpdate, rules.KindRequest: laneReviewers,
	rules.KindOpen: laneOpen, rules.KindMove: laneOpen, rules.KindReport: laneCheck, rules.KindComment: laneComment,
	rules.KindIssue: laneReviewers, rules.KindRetarget: laneLabel, rules.KindDelete: laneLabel,
}

func laneOf(a rules.Action) lane {
	if l, ok := laneOfKind[a.Kind()]; ok {
		return l
	}
	return laneLabel
}

// resourceOfAction is the limit that an action counts against: proposals, rebases and what is done at a merge queue are documents of GraphQL, all else is REST.
func resourceOfAction(a rules.Action) resource {
	if u, ok := a.(rules.UpdateBranch); ok && u.Method == rules.MethodRebase {
		return resourceGraphQL
	}
	if k := a.Kind(); laneOf(a) == laneOpen || k == rules.KindEnqueue || k == rules.KindDequeue || k == rules.KindDelete || k == rules.KindIssue {
		return resourceGraphQL
	}
	return resourceCore
}

// resource is what GitHub has a primary limit for.
// https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#checking-the-status-of-your-rate-limit
type resource string

const (
	resourceCore    resource = "core"
	resourceSearch  resource = "search"
	resourceGraphQL resource = "graphql"
)

var resources = []resource{resourceCore, resourceSearch, resourceGraphQL}

type laneKey struct{}

// Optional marks what is read with ctx as work that can wait. It is the first to stop when a limit runs short.
func Optional(ctx context.Context) context.Context {
	return context.WithValue(ctx, laneKey{}, laneOptional)
}

// Spare marks what is read with ctx as work for what the others leave: however much of it there is, it never uses up a limit.
func Spare(ctx context.Context) context.Context {
	return context.WithValue(ctx, laneKey{}, laneSpare)
}

func laneOfRead(ctx context.Context) lane {
	if in, ok := ctx.Value(laneKey{}).(lane); ok {
		return in
	}
	return laneRead
}
