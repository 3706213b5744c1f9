package github

import (
	"slices"
	"sync"
	"time"

	"github.com/pitcrew-app/pitcrew/rules"
)

// After each landing GitHub computes anew of every open pull request on that base whether it can be merged, and does not know
// until it has. Where the landing was our own, and touched no path that a pull request touches, the answer is known: what could
// be merged before can be merged still. carried keeps what that follows from, in this process only; without it GitHub is asked.
//
// It is used only where writes need no pause between them, on an Enterprise Server without limits: else GitHub has computed
// before the next write may be sent. GitHub still decides: what it refuses is asked for as ever, and a GitHub that wants its own
// computation first is believed for a while.
type carried struct {
	clean   *cache[rules.Subject, cleanAt]   // by pull request
	lands   *cache[rules.Subject, []landing] // by base
	doubted *cache[int64, bool]              // installations whose GitHub refused what was carried
	mu      *sync.Mutex                      // of changes to lands
}

// cleanAt is a pull request that could be merged when its base was at a commit.
type cleanAt struct {
	head, branch, tip string
	touched           []rules.File
}

// landing is a merge of ours that moved a base.
type landing struct {
	from, to string
	touched  []rules.File
}

const (
	maxLandings = 256 // of each base
	doubtFor    = 10 * time.Minute
)

func newCarried(now func() time.Time) carried {
	return carried{
		clean:   newCache[rules.Subject, cleanAt](20000, time.Hour, now),
		lands:   newCache[rules.Subject, []landing](1000, time.Hour, now),
		doubted: newCache[int64, bool](1000, doubtFor, now),
		mu:      &sync.Mutex{},
	}
}

// Flows says that writes of an installation need no pause between them.
func (c *Client) Flows(inst int64) bool {
	i, err := c.installation(inst)
	return err == nil && i.limit.flows()
}

// flows says that GitHub showed no limits here, and nobody asked for a pause.
func (l *limiter) flows() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	limitless := l.known != nil && l.known.Limitless
	if l.headers != 0 {
		limitless = l.headers < 0 && !l.cap
	}
	return limitless && !l.pace.asked
}

// carries says whether anything is carried for an installation.
func (c *Client) carries(inst int64) bool {
	_, doubted := c.carried.doubted.get(inst)
	return !doubted && c.Flows(inst)
}

// Carry brings what is known of pull requests of a base forward to where our own landings have brought the base since tip, and
// says where that is, and where it was before. Of whom nothing is known any more it is not known whether it can be merged.
func (c *Client) Carry(ref RepoRef, branch, tip string, prs []*rules.PR) (string, []string) {
	lands := c.landedOn(ref, branch)
	for _, l := range lands {
		if l.from == tip {
			tip = l.to
		}
	}
	for _, p := range prs {
		if p.BaseTip != tip {
			known := p.Mergeable == rules.Yes && beside(lands, p.BaseTip, tip, p)
			p.BaseTip, p.Behind, p.Mergeable, p.Carried = tip, rules.Unknown, rules.Unknown, known
			if known {
				p.Mergeable = rules.Yes
			}
		}
	}
	return tip, passed(lands, tip)
}

// passed are the commits at which a base was before our own landings brought it to tip, the newest first.
func passed(lands []landing, tip string) (before []string) {
	for _, l := range slices.Backward(lands) {
		if l.to == tip {
			tip = l.from
			before = append(before, tip)
		}
	}
	return before
}

func (c *Client) landedOn(ref RepoRef, branch string) []landing {
	lands, _ := c.carried.lands.get(rules.BaseSubject(ref.ID, branch))
	return lands
}

// beside says that our landings alone brought a base from one commit to another, and touched nothing that p touches.
func beside(lands []landing, from, to string, p *rules.PR) bool {
	for _, l := range lands {
		if from == to {
			break
		}
		if l.from == from {
			if !rules.Beside(l.touched, p.Files) {
				return false
			}
			from = l.to
		}
	}
	return from == to && !slices.Contains(p.Truncated, "files")
}

// recall answers for GitHub where it does not know yet, and keeps in mind what it knows.
func (c *Client) recall(ref RepoRef, all ...candidate) {
	for _, candidate := range all {
		p := candidate.pull
		subject := rules.PRSubject(ref.ID, p.Number)
		switch {
		case !p.IsOpen() || slices.Contains(p.Truncated, "files"):
		case p.Mergeable == rules.Yes:
			c.carried.clean.put(subject, cleanAt{p.Head, p.BaseRef, p.BaseTip, p.Files})
		case candidate.mergeable == "UNKNOWN" && candidate.shown && c.carries(ref.Installation):
			was, ok := c.carried.clean.get(subject)
			if ok && was.head == p.Head && was.branch == p.BaseRef && beside(c.landedOn(ref, p.BaseRef), was.tip, p.BaseTip, p) {
				p.Mergeable, p.Carried = rules.Yes, true
			}
		}
	}
}

// landed takes note of a merge of ours.
func (c *Client) landed(ref RepoRef, a rules.MergePR, to string) {
	was, ok := c.carried.clean.get(rules.PRSubject(ref.ID, a.Number))
	if !ok || was.head != a.Head || to == "" {
		return
	}
	c.carried.mu.Lock()
	defer c.carried.mu.Unlock()
	lands := c.landedOn(ref, was.branch)
	lands = append(slices.Clone(lands[max(0, len(lands)-maxLandings+1):]), landing{a.Base, to, was.touched})
	c.carried.lands.put(rules.BaseSubject(ref.ID, was.branch), lands)
}
