package github

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/pitcrew-app/pitcrew/rules"
)

// Outcome says what became of an action.
type Outcome int

// The outcomes.
const (
	Unknown  Outcome = iota // no answer, or one that tells nothing (5xx): it may have happened
	Done                    // GitHub did it, or began it, or it was so already
	Refused                 // GitHub will not; state or people must change first
	Stale                   // what it was pinned to has moved: look again
	Gone                    // the repository or pull request is not there any more
	Limited                 // not sent, or refused by a rate limit: not before Until
	Observed                // not sent, because this door writes nothing
)

var outcomes = [...]string{"unknown", "done", "refused", "stale", "gone", "limited", "observed"}

// String is the outcome in one word.
func (o Outcome) String() string { return outcomes[o] }

// Result is the answer to an action.
type Result struct {
	Outcome Outcome
	Status  int       // of HTTP; 0: none came, or nothing was sent
	Message string    // GitHub's own words, for people; empty where it had none
	Until   time.Time // of Limited: the slot that is kept, or the end of the limit

	Number       int            // of OpenPR: the pull request
	CheckRun     int64          // of ReportCheck: the check run
	Comment      int64          // of WriteComment: the comment
	Head         string         // of OpenPR and MovePR: the new head; of MergePR: the merge commit
	Dropped      []rules.Person // of RequestReviewers: people whom GitHub would not take
	DroppedTeams []string       // of RequestReviewers: teams that it would not take
}

// Slot says when an action may be sent. Where that is now, Do may follow within 15 s; else the slot is kept for the action:
// decide again then. It sends nothing.
func (c *Client) Slot(ctx context.Context, ref RepoRef, a rules.Action) time.Time {
	i, err := c.installation(ref.Installation)
	now := c.opts.Now()
	if err != nil {
		return now // Do says why not
	}
	at, err := i.limit.Reserve(ctx, now, writerOf(a))
	if err != nil {
		c.opts.Log.Warn().Err(err).Int64("installation", ref.Installation).Msg("no slot for a write")
	}
	return at
}

func writerOf(a rules.Action) writer {
	return writer{lane: laneOf(a), res: resourceOfAction(a), key: string(a.About()) + " " + a.Kind()}
}

// Observes says whether this door would only observe the action: never.
func (c *Client) Observes(rules.Action) bool { return false }

// Do carries out an action, or says why not. It sends at most one write: in the slot that Slot gave, or in one of its own if
// one is free now. A pause that GitHub asked for since holds it back.
func (c *Client) Do(ctx context.Context, ref RepoRef, a rules.Action) Result {
	i, err := c.installation(ref.Installation)
	if err != nil {
		return Result{Outcome: Refused, Message: err.Error()}
	}
	prepared, result := c.prepare(ctx, ref, a)
	if prepared == nil {
		return result
	}
	now := c.opts.Now()
	at, err := i.limit.Write(ctx, now, writerOf(a))
	switch {
	case err != nil:
		return Result{Outcome: Limited, Until: at, Message: err.Error()}
	case at.After(now):
		return Result{Outcome: Limited, Until: at}
	}
	if result = prepared(context.WithValue(ctx, paidKey{}, new(bool))); result.Outcome == Done {
		i.limit.Wrote()
	}
	return result
}

type paidKey struct{}

// pay counts a write that is about to be sent. The first of an action was counted with its slot; others follow at once, because
// what was begun must be ended.
func (c *Client) pay(ctx context.Context, inst int64, res resource) {
	if paid, ok := ctx.Value(paidKey{}).(*bool); !ok || !*paid {
		if ok {
			*paid = true
		}
		return
	}
	i, err := c.installation(inst)
	if err == nil {
		err = i.limit.Spend(ctx, c.opts.Now(), writer{lane: laneMerge, res: res})
	}
	if err != nil {
		c.opts.Log.Warn().Err(err).Int64("installation", inst).Msg("a write was not counted")
	}
}

// write is an action that is ready to be sent.
type write func(context.Context) Result

// prepare makes the write of an action. What must be read before is read here, so that no slot is lost to it.
func (c *Client) prepare(ctx context.Context, ref RepoRef, a rules.Action) (write, Result) {
	switch a := a.(type) {
	case rules.MergePR:
		return func(ctx context.Context) Result { return c.merge(ctx, ref, a) }, Result{}
	case rules.EnqueuePR:
		return func(ctx context.Context) Result { return c.enqueue(ctx, ref, a) }, Result{}
	case rules.DequeuePR:
		return func(ctx context.Context) Result { return c.dequeue(ctx, ref, a) }, Result{}
	case rules.UpdateBranch:
		return func(ctx context.Context) Result { return c.update(ctx, ref, a) }, Result{}
	case rules.RequestReviewers:
		return func(ctx context.Context) Result { return c.requestReviewers(ctx, ref, a) }, Result{}
	case rules.ReportCheck:
		return func(ctx context.Context) Result { return c.reportCheck(ctx, ref, a) }, Result{}
	case rules.WriteComment:
		return func(ctx context.Context) Result { return c.writeComment(ctx, ref, a) }, Result{}
	case rules.RetargetPR:
		return func(ctx context.Context) Result { return c.retarget(ctx, ref, a) }, Result{}
	case rules.DeleteBranch:
		return c.onNode(ctx, ref, func(ctx context.Context, node string) Result { return c.deleteBranch(ctx, ref, node, a) })
	case rules.OpenIssue:
		return c.onNode(ctx, ref, func(ctx context.Context, node string) Result { return c.openIssue(ctx, ref, node, a) })
	case rules.MovePR:
		return func(ctx context.Context) Result { return c.move(ctx, ref, a) }, Result{}
	case rules.OpenPR:
		return c.onNode(ctx, ref, func(ctx context.Context, node string) Result { return c.open(ctx, ref, node, a) })
	}
	return nil, Result{Outcome: Refused, Message: fmt.Sprintf("no way to carry out %s", a.Kind())}
}

// onNode makes a write of GraphQL that names its repository by the node.
func (c *Client) onNode(ctx context.Context, ref RepoRef, do func(ctx context.Context, node string) Result) (write, Result) {
	node, err := c.node(ctx, ref)
	if err != nil {
		return nil, resultOf(err)
	}
	return func(ctx context.Context) Result { return do(ctx, node) }, Result{}
}

// put sends one REST write and sorts its answer by what is the same for all of them.
func (c *Client) put(ctx context.Context, ref RepoRef, method, path string, in any) (reply, Result) {
	c.pay(ctx, ref.Installation, resourceCore)
	r, err := c.send(ctx, ref.Installation, method, path, in)
	if err != nil {
		return reply{}, Result{Outcome: Unknown, Message: err.Error()}
	}
	result := Result{Status: r.Status, Message: r.message()}
	if until, limited := c.observe(ctx, ref.Installation, r); limited {
		result.Outcome, result.Until = Limited, until
		return r, result
	}
	result.Outcome = outcomeOf(r.Status)
	switch {
	case r.ok():
		result.Message = ""
	case r.Status == http.StatusForbidden && r.Header.Get("X-Accepted-GitHub-Permissions") != "":
		result.Message += " (needs " + r.Header.Get("X-Accepted-GitHub-Permissions") + ")"
	}
	return r, result
}

// outcomeOf is what a status means where the text does not matter.
func outcomeOf(status int) Outcome {
	switch {
	case status >= 200 && status < 300:
		return Done
	case status == http.StatusNotFound || status == http.StatusGone || status >= 300 && status < 400:
		return Gone // a redirect that is not followed: it is somewhere else
	case status == http.StatusConflict:
		return Stale
	case status >= 400 && status < 500:
		return Refused
	}
	return Unknown
}

// resultOf is the answer to an action that could not be sent because something could not be read.
func resultOf(err error) Result {
	var limited *LimitedError
	var permission *PermissionError
	switch {
	case errors.As(err, &limited):
		return Result{Outcome: Limited, Until: limited.Until}
	case errors.As(err, &permission):
		return Result{Outcome: Refused, Status: http.StatusForbidden, Message: permission.Error()}
	case errors.Is(err, ErrGone):
		return Result{Outcome: Gone, Status: http.StatusNotFound, Message: err.Error()}
	}
	return Result{Outcome: Unknown, Message: err.Error()}
}

// says reports whether GitHub's text has one of the phrases, in any case.
func says(text string, phrases ...string) bool {
	text = strings.ToLower(text)
	for _, p := range phrases {
		if strings.Contains(text, p) {
			return true
		}
	}
	return false
}

// Writer is the way out: a Client, or Watching. Slot gives the time at which an action may be sent, and Do sends it; an action
// that the door Observes is not sent by Do, whoever asks.
type Writer interface {
	Observes(a rules.Action) bool
	Slot(ctx context.Context, ref RepoRef, a rules.Action) time.Time
	Do(ctx context.Context, ref RepoRef, a rules.Action) Result
}

// Watching is a door that writes nothing: what is asked of it is only observed.
type Watching struct {
	Writer
	Check bool // let the check run through
}

// Observes is so for everything but the check run, where that is let through.
func (w Watching) Observes(a rules.Action) bool {
	_, report := a.(rules.ReportCheck)
	return !report || !w.Check || w.Writer.Observes(a)
}

// Do carries out nothing but what is let through.
func (w Watching) Do(ctx context.Context, ref RepoRef, a rules.Action) Result {
	if w.Observes(a) {
		return Result{Outcome: Observed}
	}
	return w.Writer.Do(ctx, ref, a)
}
