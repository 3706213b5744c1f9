package rules

import (
	"encoding/json"
	"testing"
	"time"
)

// inQueue is a fit pull request of a base with GitHub's merge queue.
func inQueue(changes ...func(p *PR)) *PR {
	p := fit()
	p.Queue, p.MergeState = true, "BLOCKED"
	for _, change := range changes {
		change(p)
	}
	return p
}

func entered(ours bool) func(p *PR) {
	return func(p *PR) { p.Queued = &Queued{Position: 2, Ours: ours} }
}

func left(why string, ago time.Duration) func(p *PR) {
	return func(p *PR) { p.Left = &LeftQueue{At: noon.Add(-ago), Why: why} }
}

// tried is that we put this head into the queue, so often.
func tried(times int) func(p *PR) {
	return func(p *PR) {
		p.Memory = &Memory{Done: map[string]string{KindEnqueue: p.Head}, Entered: Entered{p.Head, times}, TreeHead: p.Head, HeadAt: noon.Add(-time.Hour)}
	}
}

func rerun(required bool, ago time.Duration) func(p *PR) {
	return func(p *PR) {
		p.Checks = append(p.Checks, Check{Name: "late", App: 5, State: CheckPassed, Required: required, At: noon.Add(-ago)})
	}
}

// refusedWith is a merge of this head that GitHub refused.
func refusedWith(p *PR, b Backoff) {
	b.Key = first(b.Key, p.Head)
	if b.Until.IsZero() {
		b.Until = noon.Add(time.Minute)
	}
	p.Memory = &Memory{Backoff: map[string]Backoff{KindMerge: b}}
}

// Whether a pull request goes into GitHub's queue, by what is known of it there.
func TestEnqueues(t *testing.T) {
	const again = "GitHub's merge queue of main put it out again: "
	const leaves = "GitHub's merge queue of main has it no more, and it is not merged yet"
	for _, c := range []struct {
		name string
		p    *PR
		want string // what blocks; empty: it is ready
	}{
		{"never was there", inQueue(), ""},
		{"mergeability is not known", inQueue(func(p *PR) { p.Mergeable = Unknown }), "GitHub is still computing whether it can be merged"},
		{"in it", inQueue(entered(true)), "in GitHub's merge queue of main, position 2"},
		{"in it, place unknown", inQueue(func(p *PR) { p.Queued = &Queued{} }), "in GitHub's merge queue of main"},
		{"in it, whatever GitHub computes", inQueue(entered(true), func(p *PR) { p.Mergeable = Unknown }), "in GitHub's merge queue of main, position 2"},
		{"put out by a check", inQueue(tried(1), left("failed_checks", time.Minute)), again + "a check failed"},
		{"by a check, in the webhook's word", inQueue(tried(1), left("ci_failure", time.Minute)), again + "a check failed"},
		{"by a conflict", inQueue(tried(1), left("merge_conflict", time.Minute)), again + "it conflicts with what lands before it"},
		{"for a word that nobody knows", inQueue(tried(1), left("full moon", time.Minute)), again + "for a reason that pitcrew does not know"},
		{"by a check, which was green again", inQueue(tried(1), left("failed_checks", time.Minute), rerun(true, time.Second)), ""},
		{"green before it was put out", inQueue(tried(1), left("failed_checks", time.Minute), rerun(true, time.Hour)), again + "a check failed"},
		{"another check green", inQueue(tried(1), left("failed_checks", time.Minute), rerun(false, time.Second)), again + "a check failed"},
		{"green again for the third time", inQueue(tried(3), left("failed_checks", time.Minute), rerun(true, time.Second)), again + "a check failed, 3 times"},
		{"approved anew", inQueue(tried(1), left("branch_protections", time.Minute), func(p *PR) {
			p.Reviews = append(p.Reviews, Review{By: person(3), State: "APPROVED", Commit: p.Head, At: noon, Writer: true})
		}), ""},
		{"by hand", inQueue(tried(1), left("manual", time.Minute), rerun(true, time.Second)), again + "somebody took it out"},
		{"by us", inQueue(tried(1), func(p *PR) { p.Left = &LeftQueue{At: noon, Why: "manual", Ours: true} }), ""},
		{"put out when somebody else had put it in", inQueue(tried(0), func(p *PR) { p.Memory.Done = nil }, left("manual", time.Minute)), again + "somebody took it out"},
		{"put out at an older head", inQueue(tried(0), func(p *PR) { p.Memory.Done = nil }, left("manual", 2*time.Hour)), ""},
		{"approved anew by who may not write", inQueue(tried(1), left("branch_protections", time.Minute), func(p *PR) {
			p.Reviews = append(p.Reviews, Review{By: person(3), State: "APPROVED", Commit: p.Head, At: noon})
		}), again + "a rule of the base is no longer met"},
		{"only commented on", inQueue(tried(1), left("branch_protections", time.Minute), func(p *PR) {
			p.Reviews = append(p.Reviews, Review{By: person(3), State: "COMMENTED", Commit: p.Head, At: noon, Writer: true})
		}), again + "a rule of the base is no longer met"},
		{"put in by us, whatever the clocks say", inQueue(tried(1), left("failed_checks", 2*time.Hour), func(p *PR) { p.Reviews, p.Checks = nil, nil }), again + "a check failed"},
		{"put out at a head that was never looked at", inQueue(tried(0), func(p *PR) { p.Memory.Done, p.Memory.TreeHead = nil, "older" }, left("manual", time.Minute)), ""},
		{"it may not be put in for now", inQueue(refused(KindEnqueue)), "GitHub refused (405): it is not mergeable"},
		{"it could not be taken out", inQueue(entered(true), refused(KindDequeue)), "GitHub refused (405): it is not mergeablein GitHub's merge queue of main, position 2"},
		{"it lands", inQueue(tried(1), left("merged", time.Second)), leaves},
		{"neither in nor out", inQueue(tried(1)), leaves},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := ""
			for _, r := range blocking(queueReasons(snapshot(Config{}, c.p), c.p)) {
				got += r.Sentence(nil)
			}
			if got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

// What clears it is said by how it was put out.
func TestLeftSaysWhatClears(t *testing.T) {
	for _, c := range []struct {
		why    string
		times  int
		clears string
	}{
		{"failed_checks", 1, "a required check run again and green, an approval, or a new commit"},
		{"manual", 1, "a new commit, or put into the queue by hand"},
		{"failed_checks", mostEntries, "a new commit"},
		{"manual", mostEntries, "a new commit"},
	} {
		reasons := inQueue(tried(c.times), left(c.why, time.Minute)).leftReasons()
		if len(reasons) != 1 || reasons[0].Args["clears"] != c.clears {
			t.Errorf("%s, %d: %v, want %q", c.why, c.times, reasons, c.clears)
		}
	}
}

// How often we put a head into the queue: what we took out again does not count, nor what was done at another head.
func TestEntered(t *testing.T) {
	m := &Memory{}
	for i, step := range []struct {
		kind, key string
		want      Entered
	}{
		{KindEnqueue, "a", Entered{"a", 1}}, {KindEnqueue, "a", Entered{"a", 2}}, {KindDequeue, "a", Entered{"a", 1}}, {KindUpdate, "a", Entered{"a", 1}},
		{KindEnqueue, "b", Entered{"b", 1}}, {KindDequeue, "a", Entered{"b", 1}}, {KindUpdate, "c", Entered{"b", 1}}, {KindEnqueue, "b", Entered{"b", 2}},
	} {
		m.foldAct(EventIntended, noon, Act{Kind: step.kind, Key: step.key})
		if m.foldAct(EventSeen, noon, Act{Kind: step.kind, Key: step.key}); m.Entered != step.want {
			t.Errorf("%d: after %s %s: %v, want %v", i, step.kind, step.key, m.Entered, step.want)
		}
	}
}

// What puts into the queue says which stay there was the last one, and both ways to land count as landing.
func TestEnqueueKnowsTheLastStay(t *testing.T) {
	p := inQueue(left("failed_checks", time.Minute))
	if a := enqueue(snapshot(Config{}, p), p).(EnqueuePR); !a.Left.Equal(p.Left.At) || a.Head != p.Head || a.ID != p.ID {
		t.Errorf("%+v", a)
	}
	p.Left = nil
	if a := enqueue(snapshot(Config{}, p), p).(EnqueuePR); !a.Left.IsZero() {
		t.Errorf("never there: %+v", a)
	}
	if !Lands(KindMerge) || !Lands(KindEnqueue) || Lands(KindUpdate) || Lands(KindDequeue) {
		t.Error("what lands is a merge, or being put into the queue")
	}
}

// A base that takes nothing is remembered until it is lifted, and no other with it.
func TestBarred(t *testing.T) {
	m := &Memory{}
	for _, b := range []Barred{{Base: "main", Until: noon, Why: mayNotPush}, {Base: "release", Until: noon}, {Base: "release"}} {
		doc, err := json.Marshal(b)
		if err == nil {
			err = m.Fold(1, noon, EventBarred, doc)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(m.Barred) != 1 || m.Barred["main"].Why != mayNotPush {
		t.Errorf("%v", m.Barred)
	}
}

// A head that cannot be rebased is told so by that method alone, and only of that answer at that head.
func TestHeadReasons(t *testing.T) {
	for _, c := range []struct {
		name, method string
		b            Backoff
		want         int
	}{
		{"it", MethodRebase, Backoff{Key: head, Holds: HoldHead}, 1},
		{"another method", MethodSquash, Backoff{Key: head, Holds: HoldHead}, 0},
		{"another answer", MethodRebase, Backoff{Key: head, Holds: HoldPlace}, 0},
		{"another head", MethodRebase, Backoff{Key: "older", Holds: HoldHead}, 0},
	} {
		p := with(func(p *PR) { p.Memory.Backoff = map[string]Backoff{KindMerge: c.b} })
		if got := headReasons(c.method, p); len(got) != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

// Only what we put in is taken out, and only for what GitHub does not look at itself.
func TestTakesOut(t *testing.T) {
	never, frozen := []Reason{reason(CodeNever, Stopped)}, []Reason{reason(CodeFrozen, Stopped)}
	for _, c := range []struct {
		name    string
		p       *PR
		reasons []Reason
		paused  []Pause
		want    bool
	}{
		{"forbidden", inQueue(entered(true)), never, nil, true},
		{"frozen", inQueue(entered(true)), frozen, nil, true},
		{"paused", inQueue(entered(true)), nil, []Pause{{Why: CodePaused}}, true},
		{"another base is paused", inQueue(entered(true)), nil, []Pause{{Base: "other", Why: CodePaused}}, false},
		{"somebody else's", inQueue(entered(false)), never, nil, false},
		{"not there", inQueue(), never, nil, false},
		{"a check runs again", inQueue(entered(true)), []Reason{reason(CodeCheckPending, Waiting)}, nil, false},
		{"a check is red", inQueue(entered(true)), []Reason{reason(CodeCheckFailed, NeedsYou)}, nil, true},
		{"a label cannot be told", inQueue(entered(true)), []Reason{reason(CodeMatchUnknown, Waiting)}, nil, false},
		{"said and done", inQueue(entered(true)), []Reason{reason(CodeApprovals, Done)}, nil, false},
	} {
		s := snapshot(Config{}, c.p)
		s.Paused = c.paused
		if got := len(takeOut(s, c.p, c.reasons)) > 0; got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestSettleQueueing(t *testing.T) {
	doc := func(a Action) json.RawMessage {
		b, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	in := Intent{Kind: KindEnqueue, Key: head, At: noon.Add(-time.Second), Action: doc(EnqueuePR{Head: head, Left: noon.Add(-time.Hour)})}
	out := Intent{Kind: KindDequeue, Key: head, At: noon.Add(-time.Second), Action: doc(DequeuePR{Head: head})}
	sent := func(i Intent) Intent { i.Sent = true; return i }
	merged := func(by int64) func(p *PR) { return func(p *PR) { p.State, p.MergedBy.ID = "MERGED", by } }
	old := func(i Intent) Intent { i.At = noon.Add(-time.Hour); return i }
	for _, c := range []struct {
		name string
		in   Intent
		p    *PR
		want string
	}{
		{"in the queue", in, inQueue(entered(true)), EventSeen},
		{"in the queue by somebody else", in, inQueue(entered(false)), EventAbsent},
		{"in the queue by whom is not known", in, inQueue(func(p *PR) { p.Queued = &Queued{} }), ""},
		{"landed already", sent(in), inQueue(merged(9)), EventSeen},
		{"landed, and no answer came", in, inQueue(merged(9)), EventAbsent},
		{"landed by us, and no answer came", in, inQueue(merged(us.User)), EventSeen},
		{"put out, and no answer came", in, inQueue(left("failed_checks", 0)), ""},
		{"neither there nor put out, and no answer came", out, inQueue(), EventAbsent},
		{"put out already", sent(in), inQueue(left("failed_checks", 0)), EventSeen},
		{"not there yet, an older stay is shown", sent(in), inQueue(left("failed_checks", time.Hour)), ""},
		{"head moved", in, inQueue(func(p *PR) { p.Head = "newer" }), EventAbsent},
		{"not there for long", old(in), inQueue(), EventAbsent},
		{"taken out", sent(out), inQueue(), EventSeen},
		{"taken out, no answer came", out, inQueue(func(p *PR) { p.Left = &LeftQueue{Ours: true} }), EventSeen},
		{"it left by itself", out, inQueue(left("failed_checks", 0)), EventAbsent},
		{"landed before it was taken out", sent(out), inQueue(merged(9)), EventAbsent},
		{"still there", sent(out), inQueue(entered(true)), ""},
	} {
		if got, _ := Settle(c.in, snapshot(Config{}, c.p), c.p); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// What a refused merge holds up, by GitHub's words.
func TestHoldOf(t *testing.T) {
	for message, want := range map[string]Hold{
		"This branch can't be rebased":                                                                   HoldHead,
		"Rebase is not safe to perform":                                                                  HoldHead,
		"You're not authorized to push to this branch.":                                                  HoldBase,
		"Protected branch update failed":                                                                 HoldBase,
		"Resource not accessible by integration":                                                         HoldBase,
		"Base branch was modified. Review and try the merge again.":                                      HoldPlace,
		"Head branch was modified. Review and try the merge again.":                                      HoldNothing,
		"refusing to allow a GitHub App to create or update workflow `x` without `workflows` permission": HoldNothing,
		`Required status check "protected branch" is expected.`:                                          HoldNothing,
		"anything else": HoldNothing,
	} {
		if got := HoldOf(message); got != want {
			t.Errorf("%s: %q, want %q", message, got, want)
		}
	}
	if got := Why("Resource not accessible by integration (needs contents=write; pull_requests=read)"); got != "the App lacks the permission contents: write; pull_requests: read" {
		t.Error(got)
	}
	if got := Why("Resource not accessible by integration (needs Ana's help)"); got != "the App lacks a permission" {
		t.Errorf("%q: free text", got)
	}
}
