package storm

import (
	"fmt"
	"strings"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/oracle"
)

// Plan is what happens in one run.
type Plan struct {
	Seed     uint64
	World    string                    // github.yml of package ghsim
	Policies map[string]*oracle.Policy // what each text of a .platform.yml means
	Steps    []Step
}

// Step is one thing that happens, some time after the one before. The verbs are those of package ghsim, and of the runner:
//
//	kill                 the program is killed and started again
//	down 30s             the program is killed, and started again after a while
//	crash N [after]      it is killed in its Nth request from now on: before GitHub hears of it, or before it hears the answer
//	crash write [after]  it is killed so in its next request that can change anything
//	deaf N [after]       it is killed when the Nth webhook from now on arrives: before the log has it, or before GitHub hears so
//	full N               the next N commits find the disk full
//	sleep 61m            nothing else happens for a while
//	pause acme/api main  merging is paused: in a branch, a repository or an organisation; "by page": by the button
//	resume acme          and goes on
//
// What cannot happen, because what it needs was left out or is not so any more, does not happen.
type Step struct {
	After time.Duration
	Do    string
}

func (s Step) String() string { return fmt.Sprintf("+%-6s %s", s.After, s.Do) }

// Timeline is the plan for people.
func (p Plan) Timeline() string {
	var b strings.Builder
	fmt.Fprintf(&b, "seed %d\n%s\n", p.Seed, strings.TrimSpace(p.World))
	for _, s := range p.Steps {
		fmt.Fprintln(&b, s)
	}
	return b.String()
}
