package ghsim

import (
	"strings"
	"time"
)

// Facts is what is, at one moment, for a judge who thinks for himself: nothing in it is the outcome of a rule of GitHub's. See
// State for what GitHub makes of it.
type Facts struct {
	At       time.Time
	Installs []InstallFacts
	Repos    []RepoFacts
}

// InstallFacts is an installation of our App.
type InstallFacts struct {
	ID        int64
	Account   string
	Suspended bool
	Deleted   bool
	Lacks     bool // it was granted less than our App asks for
}

// RepoFacts is one repository.
type RepoFacts struct {
	ID           int64
	Name         string
	Installation int64 // that covers it; 0: none does
	Archived     bool
	Default      string
	Methods      []string
	Tips         map[string]string   // of branches
	Config       map[string]string   // the text of .platform.yml at the tip of each base and of the default branch; absent: there is none
	Demands      map[string][]Demand // what classic protection and each active ruleset ask of a base
	Pulls        []PullFacts
}

// Demand is one protection or ruleset.
type Demand struct {
	Approvals                                     int
	Checks                                        []DemandedCheck
	Strict, Conversations, Linear, Queue, Locked  bool
	Owners, LastPush, Limited, Signatures, Bypass bool
	Methods                                       []string
}

// DemandedCheck is a required check; App 0 is any.
type DemandedCheck struct {
	Name string
	App  int64
}

// PullFacts is one pull request.
type PullFacts struct {
	Number      int
	Node        string // its id in GraphQL
	QueuedBy    string // who put it into the merge queue; empty: it is not there
	LeftBy      string // who last took it out of there, GitHub's own bot included; empty: it never was in it
	Author      string
	Title       string
	Open, Draft bool
	Fork        bool
	Lent        bool // a fork's, and an App that is not installed there may write to its branch
	Held        int  // workflows at the head that wait until somebody lets them run
	Head        string
	HeadRef     string
	Parents     []string // of the head
	Committer   string   // of the head
	Authors     []string // of its commits, and who committed them
	Base        string
	Bot         bool
	Commits     []CommitFacts // of a bot's pull request
	Behind      bool          // the base's tip is no ancestor of the head
	Labels      []string
	Requested   []string
	Reviews     []ReviewFacts // in order of submission
	Unresolved  int
	Checks      []CheckFacts   // the newest of each App and name at the head, and the newest status of each context
	Ours        map[string]int // how many check runs of our App there are at each commit that was seen, by "commit name"
	Asked       []AskedFacts   // every review request that our App ever made
	TakenBack   []string       // whose request for a review somebody else took back
	Comments    []CommentFacts // by our App
	MergedAt    time.Time
	MergedBy    string
	MergeCommit string
	MergedWith  []string // parents of the merge commit
	Corrupted   bool     // its squash silently takes back what the base got since it branched off
}

// CommentFacts is a comment.
type CommentFacts struct {
	ID   int64
	Body string
}

// ReviewFacts is one review.
type ReviewFacts struct {
	By, State, Commit string
	Writer, Bot       bool
	At                time.Time
}

// CommitFacts is one commit of a pull request.
type CommitFacts struct {
	By      string // for whom GitHub made and signed it; empty: for nobody
	Merge   bool
	Message string
}

// CheckFacts is a check run, or a status (App 0).
type CheckFacts struct {
	Name   string
	App    int64
	Done   bool
	Passed bool
	Ours   bool
	At     time.Time // when it was done
}

// AskedFacts is a request for a review by our App.
type AskedFacts struct {
	Who string
	At  time.Time
}

// Facts looks at everything.
func (s *Sim) Facts() Facts {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := Facts{At: s.now()}
	for _, i := range s.w.installs {
		if i.app == s.ours {
			f.Installs = append(f.Installs, InstallFacts{i.id, i.account.login, !i.suspended.IsZero(), i.deleted, s.lacks(i)})
		}
	}
	for _, r := range s.w.repos {
		f.Repos = append(f.Repos, s.repoFacts(r))
	}
	return f
}

func (s *Sim) lacks(i *installation) bool {
	for name, level := range s.ours.permissions {
		if levels[i.permissions[name]] < levels[level] {
			return true
		}
	}
	return false
}

func (s *Sim) repoFacts(r *repo) RepoFacts {
	x := RepoFacts{ID: r.id, Name: r.fullName(), Archived: r.archived, Default: r.defaultBranch, Methods: r.mergeMethods,
		Tips: map[string]string{}, Config: map[string]string{}, Demands: map[string][]Demand{}}
	for _, i := range s.w.installs {
		if i.app == s.ours && i.covers(r) {
			x.Installation = i.id
		}
	}
	s.baseFacts(&x, r, r.defaultBranch)
	for _, p := range r.pulls {
		s.baseFacts(&x, r, p.base)
		x.Pulls = append(x.Pulls, s.pullFacts(p))
	}
	return x
}

// baseFacts adds what is to be known of a base branch.
func (s *Sim) baseFacts(x *RepoFacts, r *repo, branch string) {
	tip := r.branches[branch]
	if _, there := x.Tips[branch]; there || tip == "" {
		return
	}
	x.Tips[branch] = tip
	if text, err := r.git.file(tip, ".platform.yml"); err == nil {
		x.Config[branch] = string(text)
	}
	d := s.requirements(r, branch)
	if c := d.classic; c != nil {
		x.Demands[branch] = append(x.Demands[branch], demandOf(c.policy, c.limited && !contains(c.restrict, s.ours.bot), false))
	}
	for _, set := range d.rulesets {
		x.Demands[branch] = append(x.Demands[branch], demandOf(set.policy, false, set.bypassApps[s.ours.id]))
	}
}

func demandOf(q policy, limited, bypass bool) Demand {
	d := Demand{Strict: q.strict && len(q.checks) > 0, Conversations: q.conversations, Linear: q.linear, Queue: q.queue, Locked: q.locked,
		Owners: q.owners, LastPush: q.lastPush, Limited: limited, Signatures: q.signatures, Bypass: bypass, Methods: q.methods}
	if q.reviews {
		d.Approvals = q.approvals
	}
	for _, c := range q.checks {
		d.Checks = append(d.Checks, DemandedCheck{c.context, c.app})
	}
	return d
}

// loginsOf are the accounts behind signatures, strangers left out.
func (s *Sim) loginsOf(signed ...signature) []string {
	var logins []string
	for _, x := range signed {
		if a := s.byEmail(x.email); a != nil {
			logins = append(logins, a.login)
		}
	}
	return logins
}

func (s *Sim) pullFacts(p *pull) PullFacts {
	x := PullFacts{Number: p.number, Author: p.author.login, Title: p.title, Open: p.open, Draft: p.draft, Fork: p.headRepo != p.repo,
		Head: p.head, HeadRef: p.headRef, Base: p.base, Unresolved: p.openThreads(), MergedAt: p.mergedAt, MergeCommit: p.mergeCommit, Corrupted: p.undoes}
	if c, err := p.repo.git.commit(p.head); err == nil {
		x.Parents = c.parents
		x.Committer = strings.Join(s.loginsOf(c.committer), "")
	}
	for _, sha := range s.commitsOf(p) {
		if c, err := p.repo.git.commit(sha); err == nil {
			x.Authors = append(x.Authors, s.loginsOf(c.author, c.committer)...)
			if x.Bot = p.author.kind == "Bot"; x.Bot {
				x.Commits = append(x.Commits, s.commitFacts(c))
			}
		}
	}
	x.Lent = x.Fork && p.headRepo != nil && !p.headRepo.private && s.mayEditHead(p, &caller{})
	for _, u := range p.repo.suites {
		if u.sha == p.head && u.held {
			x.Held++
		}
	}
	if tip := p.repo.branches[p.base]; p.open && tip != "" {
		x.Behind = !p.repo.git.contains(p.head, tip)
	}
	if x.Node = gqlID(p); p.queued != nil {
		x.QueuedBy = p.queued.by.login
	}
	for _, l := range p.labels {
		x.Labels = append(x.Labels, l.name)
	}
	for _, q := range p.requested {
		if q.user != nil {
			x.Requested = append(x.Requested, q.user.login)
		}
	}
	for _, v := range p.reviews {
		x.Reviews = append(x.Reviews, ReviewFacts{v.author.login, v.state, v.commit, s.mayWrite(v.author, p.repo), v.author.kind == "Bot", v.submitted})
	}
	s.checkFacts(&x, p)
	s.ourFacts(&x, p)
	if p.merged() {
		x.MergedBy = p.mergedBy.login
		if c, err := p.repo.git.commit(p.mergeCommit); err == nil {
			x.MergedWith = c.parents
		}
	}
	return x
}

func (s *Sim) commitFacts(c *gitCommit) CommitFacts {
	x := CommitFacts{Merge: len(c.parents) > 1, Message: c.message}
	if a := s.byEmail(c.author.email); a != nil && s.signedHere(c) {
		x.By = a.login
	}
	return x
}

func (s *Sim) checkFacts(x *PullFacts, p *pull) {
	for _, c := range p.repo.latestRuns(p.head) {
		x.Checks = append(x.Checks, CheckFacts{c.name, c.app.id, c.status == "completed", passes(c.conclusion), c.app == s.ours, c.completed})
	}
	for _, t := range p.repo.latestStatuses(p.head) {
		x.Checks = append(x.Checks, CheckFacts{t.context, 0, t.state != "pending", t.state == "success", false, t.created})
	}
}

// ourFacts is what our App did here.
func (s *Sim) ourFacts(x *PullFacts, p *pull) {
	x.Ours = map[string]int{}
	for _, c := range p.repo.checks {
		if c.app == s.ours {
			x.Ours[c.sha+" "+c.name]++
		}
	}
	for _, t := range p.timeline {
		if t.kind == "ReviewRequestedEvent" && t.actor == s.ours.bot && t.user != nil {
			x.Asked = append(x.Asked, AskedFacts{t.user.login, t.at})
		}
		if t.kind == "RemovedFromMergeQueueEvent" {
			x.LeftBy = t.actor.login
		}
		if t.kind == "ReviewRequestRemovedEvent" && t.actor != s.ours.bot && t.user != nil {
			x.TakenBack = append(x.TakenBack, t.user.login)
		}
	}
	for _, c := range p.comments {
		if c.author == s.ours.bot {
			x.Comments = append(x.Comments, CommentFacts{c.id, c.body})
		}
	}
}

// Sent is a webhook as it was sent.
type Sent struct {
	GUID   string
	Event  string
	Code   int
	Forged bool
}

// Sent lists the webhooks that got an answer, oldest first, forged ones excepted: each attempt has a line.
func (s *Sim) Sent() []Sent {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []Sent
	for _, d := range s.hooks.log {
		list = append(list, Sent{d.guid, d.event, d.code, d.forged})
	}
	return list
}

// Calm ends every fault: what is armed, what lags or is late, the weather, the lies of the clock, and refusals.
func (s *Sim) Calm() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = faults{}
	s.hooks.lose, s.hooks.double, s.hooks.huge, s.hooks.late, s.skew = 0, 0, 0, 0, 0
	s.limits = limits{}
	s.release()
	for _, r := range s.w.repos {
		for _, p := range r.pulls {
			p.refusal, p.busy, p.keepState = nil, time.Time{}, ""
		}
	}
}

// CallsAfter lists the requests after the first n.
func (s *Sim) CallsAfter(n int) []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Call(nil), s.calls[min(n, len(s.calls)):]...)
}

// Untold is when the newest webhook was sent, or was to be sent, that has not arrived; zero: all have.
func (s *Sim) Untold() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := &s.hooks
	if len(h.queue) > 0 || h.held != nil {
		return s.now()
	}
	for i := len(h.log) - 1; i >= 0; i-- {
		if d := h.log[i]; d.code < 200 || d.code > 299 {
			return d.sent
		}
	}
	return time.Time{}
}
