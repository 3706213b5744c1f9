package rules

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"time"
)

// Memory is what GitHub does not remember about a subject, folded from pitcrew's own events about it. It is a view: the
// log can rebuild it.
type Memory struct {
	Open     map[string]Intent  `json:"open,omitempty"`     // acts under way, by kind
	Backoff  map[string]Backoff `json:"backoff,omitempty"`  // acts that failed, by kind
	Observed map[string]string  `json:"observed,omitempty"` // keys of acts that would have been done, by kind
	Done     map[string]string  `json:"done,omitempty"`     // keys of the newest acts that were seen, by kind

	Updates []Updated         `json:"updates,omitempty"` // our own updates of this branch, oldest first
	Asked   []string          `json:"asked,omitempty"`   // tokens of the people whom we asked here
	Barred  map[string]Barred `json:"barred,omitempty"`  // repository: bases into which the App may merge nothing
	Entered Entered           `json:"entered,omitzero"`  // how often its head was put into GitHub's merge queue

	RefusedUntil map[string]time.Time `json:"refused_until,omitempty"` // tokens of those whom GitHub would not take: not asked again before

	Recent map[string]int64 `json:"recent,omitempty"` // repository: when a person was last asked, a log number
	Line   map[int]Entry    `json:"line,omitempty"`   // base: who stands in line or is kept up to date

	Standing Standing `json:"standing,omitempty"` // pull request: what its base was last told
	Place    Place    `json:"place,omitempty"`    // pull request: what its base said
	Tree     []Answer `json:"tree,omitempty"`     // the newest answer of each rule
	TreeAt   time.Time
	TreeHead string            `json:"tree_head,omitempty"`
	HeadAt   time.Time         `json:"head_at,omitzero"`   // when the head of the newest answers was first decided on
	Proposed map[string]string `json:"proposed,omitempty"` // repository: package@version of what was opened, by branch
	Red      Red               `json:"red,omitzero"`       // pull request: when a check turned red in line, if it may still be run again

	Merged     *Merged `json:"merged,omitempty"`     // pull request: our merge of it
	Retargeted []int   `json:"retargeted,omitempty"` // pull request: those that were pointed away from its branch

	Front    Front           `json:"front,omitzero"`     // base: who is first in line, and since when
	Landings []time.Duration `json:"landings,omitempty"` // base: how long the newest that landed had been first

	Pauses []Pause `json:"pauses,omitempty"` // repository, installation: where merging is stopped, until somebody resumes it

	Comment Commented `json:"comment,omitzero"` // pull request: ours

	Previews map[string]Preview `json:"previews,omitempty"` // pull request: what the files that it brings would change, by their names
}

// Intent is an act that was begun. It closes as seen, refused, or absent when read again.
type Intent struct {
	Kind   string          `json:"kind"`
	Key    string          `json:"key"`
	At     time.Time       `json:"at"`
	Sent   bool            `json:"sent"`             // GitHub answered that it did it, or began it
	Status int             `json:"status,omitempty"` // of the answer; 0: none came
	Action json.RawMessage `json:"action"`
}

// Backoff is a kind of act that failed and is not tried before Until.
type Backoff struct {
	Times   int       `json:"times"`
	Until   time.Time `json:"until"`
	Status  int       `json:"status"`
	Message string    `json:"message"` // GitHub's own words, for people only
	Key     string    `json:"key"`
	Plain   bool      `json:"plain,omitempty"` // of a merge: GitHub refused its text, so the next is left to GitHub
	Holds   Hold      `json:"holds,omitempty"`
}

// Updated is one update of ours that was seen: the head that it started from and the commit that it made.
type Updated struct {
	From, To, Base string
	Diff           string // digest of the pull request's own changes before; empty: no approval holds through it
	At             time.Time
	Votes          // before
}

// Votes are numbers of approvals: those that GitHub shows, and those of them that hold at the head.
type Votes struct {
	Given int `json:"given,omitempty"`
	Held  int `json:"held,omitempty"`
}

// Entry is a pull request in the memory of its base.
type Entry struct {
	Since int64    `json:"since,omitempty"` // log number at which it became ready; 0: not in line
	Stand Standing `json:"stand"`
	Class int      `json:"class,omitempty"` // how many kinds of pull requests go before it, by `merge.priority`
	Tip   string   `json:"tip,omitempty"`   // of the base, where a branch that is only kept up to date was up to date with it
	Runs  bool     `json:"runs,omitempty"`  // the checks of our newest update of a branch that is only kept up to date still run
}

// Place is where a pull request stands in the line of its base. Zero: not in line.
type Place struct {
	Position int      `json:"position,omitempty"`
	Because  []Reason `json:"because,omitempty"` // why it does not land now, by the base's word
}

// Standing is how a pull request stands beside the line of its base.
type Standing string

// The standings. In line: ready, or kept from landing only by what is in flight. Kept: not in line, but kept up to date.
const (
	Out    Standing = ""
	InLine Standing = "line"
	Kept   Standing = "kept"
)

// Answer is a verdict as it is remembered and drawn: without its acts.
type Answer struct {
	Rule    string      `json:"rule"`
	Because []Reason    `json:"because"`
	Asked   []Condition `json:"asked,omitempty"`  // what the rule asked of the pull request, in order; see Explain
	Unkept  int         `json:"unkept,omitempty"` // how many more it asked before these
}

// The kinds of events that pitcrew itself writes, and that Memory folds.
const (
	EventIntended = "act.intended" // an act is about to be sent
	EventReplied  = "act.replied"  // GitHub answered
	EventSeen     = "act.seen"     // its effect was seen: it counts
	EventRefused  = "act.refused"  // GitHub will not
	EventAbsent   = "act.absent"   // read again: it did not happen
	EventObserved = "act.observed" // it would have been done
	EventDecided  = "decided"      // the answers changed
	EventStanding = "standing"     // on a base: a pull request joined or left
	EventPlace    = "place"        // on a pull request: its place in the line
	EventAsked    = "asked"        // on a repository: people were asked
	EventPreview  = "previewed"    // on a pull request: what a file that it brings would change
)

// Act is the facts of every act.* event.
type Act struct {
	Kind    string          `json:"kind"`
	Key     string          `json:"key"`
	Status  int             `json:"status,omitempty"`
	Message string          `json:"-"`
	Until   time.Time       `json:"until,omitzero"`
	Action  json.RawMessage `json:"action,omitempty"`
	Updated *Updated        `json:"updated,omitempty"`
	Asked   []string        `json:"asked,omitempty"`
	Dropped []string        `json:"dropped,omitempty"` // tokens of people whom GitHub would not take
	Why     string          `json:"why,omitempty"`     // a code for the answer
	Comment int64           `json:"comment,omitempty"` // id of our comment that was seen
	Holds   Hold            `json:"holds,omitempty"`
}

// Decided is the facts of a decided event.
type Decided struct {
	Head    string   `json:"head"`
	BaseRef string   `json:"base_ref,omitempty"`
	Base    string   `json:"base,omitempty"`   // tip of the base branch
	Config  string   `json:"config,omitempty"` // id of the blob of .platform.yml; empty: there is none
	Answers []Answer `json:"answers"`
}

// DecidedOn is what is remembered of verdicts: the answers, and what they were decided on.
func DecidedOn(s *Snapshot, verdicts []Verdict) Decided {
	d := Decided{Config: s.Config.Blob, Answers: kept(Explain(s, verdicts))}
	if s.PR != nil {
		d.Head, d.BaseRef, d.Base = s.PR.Head, s.PR.BaseRef, s.PR.BaseTip
	}
	return d
}

// Stood is the facts of a standing event on a base.
type Stood struct {
	Number int      `json:"number"`
	Stand  Standing `json:"stand"`
	Class  int      `json:"class,omitempty"`
	Tip    string   `json:"tip,omitempty"`
	Runs   bool     `json:"runs,omitempty"`
	Landed bool     `json:"landed,omitempty"` // it left because it is merged
}

// memory is what we remember about the pull request: nothing, where nobody has put it in.
func (p *PR) memory() *Memory { return cmp.Or(p.Memory, &Memory{}) }

func (b *Base) memory() *Memory { return cmp.Or(b.Memory, &Memory{}) }

func (r *Release) memory() *Memory { return cmp.Or(r.Memory, &Memory{}) }

// Fold takes one of pitcrew's own events about the subject into the memory. Unknown kinds change nothing.
func (m *Memory) Fold(seq int64, at time.Time, kind string, facts json.RawMessage) error {
	switch kind {
	case EventIntended, EventReplied, EventSeen, EventRefused, EventAbsent, EventObserved:
		var act Act
		if err := json.Unmarshal(facts, &act); err != nil {
			return fmt.Errorf("fold %s at %d: %w", kind, seq, err)
		}
		m.foldAct(kind, at, act)
	case EventDecided:
		var d Decided
		if err := json.Unmarshal(facts, &d); err != nil {
			return fmt.Errorf("fold %s at %d: %w", kind, seq, err)
		}
		if d.Head != m.TreeHead {
			m.HeadAt = at
		}
		m.Tree, m.TreeAt, m.TreeHead = d.Answers, at, d.Head
		m.redden(at, d)
	case EventBarred:
		var b Barred
		if err := json.Unmarshal(facts, &b); err != nil {
			return fmt.Errorf("fold %s at %d: %w", kind, seq, err)
		}
		m.bar(b)
	case EventStanding:
		var s Stood
		if err := json.Unmarshal(facts, &s); err != nil {
			return fmt.Errorf("fold %s at %d: %w", kind, seq, err)
		}
		m.stand(seq, s)
		m.front(at, s)
	case EventPlace:
		var p Place
		if err := json.Unmarshal(facts, &p); err != nil {
			return fmt.Errorf("fold %s at %d: %w", kind, seq, err)
		}
		m.Place = p
	case EventCompared:
		var c Comparison
		if err := json.Unmarshal(facts, &c); err != nil {
			return fmt.Errorf("fold %s at %d: %w", kind, seq, err)
		}
		m.compared(c)
	case EventPaused:
		var p Pause
		if err := json.Unmarshal(facts, &p); err != nil {
			return fmt.Errorf("fold %s at %d: %w", kind, seq, err)
		}
		m.pause(p)
	case EventResumed:
		var r Resumed
		if err := json.Unmarshal(facts, &r); err != nil {
			return fmt.Errorf("fold %s at %d: %w", kind, seq, err)
		}
		m.resume(r)
	case EventPreview:
		var p Previewed
		if err := json.Unmarshal(facts, &p); err != nil {
			return fmt.Errorf("fold %s at %d: %w", kind, seq, err)
		}
		put(&m.Previews, p.File, p.Preview)
	case EventAsked:
		var tokens []string
		if err := json.Unmarshal(facts, &tokens); err != nil {
			return fmt.Errorf("fold %s at %d: %w", kind, seq, err)
		}
		for _, t := range tokens {
			put(&m.Recent, t, seq)
		}
	}
	return nil
}

// foldAct moves an act on. Two looks at a time, at a pull request and at its base, may both see how one ended: what is told of
// an act that is not open, or no longer, changes nothing, least of all the next act of its kind.
func (m *Memory) foldAct(kind string, at time.Time, act Act) {
	open, is := m.Open[act.Kind]
	if is = is && open.Key == act.Key; !is && kind != EventIntended && kind != EventObserved {
		return
	}
	switch kind {
	case EventIntended:
		put(&m.Open, act.Kind, Intent{Kind: act.Kind, Key: act.Key, At: at, Action: act.Action})
		m.begun(act, true)
	case EventReplied:
		open.Status, open.Sent = act.Status, act.Status >= 200 && act.Status < 300
		m.Open[act.Kind] = open
	case EventSeen:
		delete(m.Open, act.Kind)
		delete(m.Backoff, act.Kind)
		put(&m.Done, act.Kind, act.Key)
		m.entered(act)
		m.done(open, at)
		m.commented(kind, open, act)
		if act.Updated != nil {
			m.Updates = append(m.Updates[max(0, len(m.Updates)-maxUpdates+1):], *act.Updated)
		}
		for _, token := range act.Asked {
			if !slices.Contains(m.Asked, token) {
				m.Asked = append(m.Asked, token)
			}
		}
	case EventRefused, EventAbsent:
		delete(m.Open, act.Kind)
		m.begun(act, act.Why == WhyUnseen)
		m.commented(kind, open, act)
		for _, token := range act.Dropped {
			put(&m.RefusedUntil, token, at.Add(refusedFor))
		}
		was := m.Backoff[act.Kind]
		next := Backoff{Times: was.Times + 1, Until: act.Until, Status: act.Status, Message: act.Why, Key: act.Key, Holds: act.Holds}
		next.Plain = act.Kind == KindMerge && act.Key != "" && (act.Status == unprocessable || was.Plain && was.Key == act.Key)
		put(&m.Backoff, act.Kind, next)
	case EventObserved:
		put(&m.Observed, act.Kind, act.Key)
	}
}

// unprocessable is GitHub's status for what a request says, not for what it asks.
const unprocessable = 422

// refusedFor is how long somebody whom GitHub would not take as a reviewer is not asked again: who has got access since, or
// was refused by mistake, is asked a day later.
const refusedFor = day

// askable is when the first of those whom GitHub would not take may be asked again; zero: there are none.
func (m *Memory) askable(now time.Time) time.Time {
	var soonest time.Time
	for _, until := range m.RefusedUntil {
		if now.Before(until) {
			soonest = earlier(soonest, until)
		}
	}
	return soonest
}

// maxUpdates bounds what is remembered of a branch's updates: more than `per-day` may allow in a day.
const maxUpdates = 200

func (m *Memory) stand(seq int64, s Stood) {
	entry := m.Line[s.Number]
	switch {
	case s.Stand == Out:
		delete(m.Line, s.Number)
		return
	case s.Stand == InLine && entry.Since == 0:
		entry.Since = seq
	case s.Stand == Kept:
		entry.Since = 0
	}
	entry.Stand, entry.Class, entry.Tip, entry.Runs = s.Stand, s.Class, s.Tip, s.Runs
	put(&m.Line, s.Number, entry)
}

// Order gives the numbers of the pull requests in line: by priority, then by when they became ready, then by number.
func (m *Memory) Order() []int {
	return m.numbers(func(e Entry) bool { return e.Stand == InLine })
}

// KeptUp gives the numbers of those that are only kept up to date.
func (m *Memory) KeptUp() []int {
	return m.numbers(func(e Entry) bool { return e.Stand == Kept })
}

func (m *Memory) numbers(want func(Entry) bool) []int {
	var numbers []int
	for n, e := range m.Line {
		if want(e) {
			numbers = append(numbers, n)
		}
	}
	sort.Slice(numbers, func(i, j int) bool {
		a, b := m.Line[numbers[i]], m.Line[numbers[j]]
		return cmp.Or(cmp.Compare(a.Class, b.Class), cmp.Compare(a.Since, b.Since), cmp.Compare(numbers[i], numbers[j])) < 0
	})
	return numbers
}

// Held says whether an act of this kind may not be sent now: one is under way, it failed and must wait, or it was
// already observed. again is when that changes by itself.
func (m *Memory) Held(now time.Time, a Action) (held bool, again time.Time) {
	if _, open := m.Open[a.Kind()]; open {
		return true, now.Add(lookAfterAct)
	}
	if b, ok := m.Backoff[a.Kind()]; ok && b.Key == a.Key() && now.Before(b.Until) {
		return true, b.Until
	}
	return m.Observed[a.Kind()] == a.Key(), time.Time{}
}

// lookAfterAct is when a subject is looked at again after an act, if no webhook comes before.
const lookAfterAct = 10 * time.Second

func put[K comparable, V any](m *map[K]V, key K, value V) {
	if *m == nil {
		*m = map[K]V{}
	}
	(*m)[key] = value
}
