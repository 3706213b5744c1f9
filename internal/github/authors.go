package github

import (
	"slices"
	"strings"

	"github.com/pitcrew-app/pitcrew/rules"
)

// writtenReply is a commit of a pull request: whose it is by the addresses that it names, co-authors included.
// https://docs.github.com/en/graphql/reference/objects#commit
type writtenReply struct {
	Commit struct {
		OID       string
		Authors   list[authorReply]
		Committer *authorReply
	}
}

// written is who wrote the commits of a pull request. An address that no account has, or more authors than were read, leave it
// open whose a commit is. Who pushes can write any address: what GitHub knows of pushes itself, its rule on the approval of the
// newest push asks for.
func (r pullReply) written(p *rules.PR) {
	for _, n := range r.Written.Nodes {
		c := n.Commit
		known := len(c.Authors.Nodes) > 0 && !c.Authors.PageInfo.more()
		for _, who := range c.Authors.Nodes {
			known = who.wrote(p, false) && known
		}
		if c.Committer != nil {
			known = c.Committer.wrote(p, strings.HasPrefix(c.Committer.Email, "noreply@")) && known
		}
		if !known {
			p.Unclaimed = c.OID
		}
	}
	truncated(p, "commits", r.Written.PageInfo)
}

// wrote adds somebody to the authors of a pull request, and says whether it is known who that is; a machine gives no approvals.
// https://docs.github.com/en/account-and-profile/reference/email-addresses-reference#your-noreply-email-address
func (a authorReply) wrote(p *rules.PR, machine bool) (known bool) {
	if a.User == nil {
		return machine || strings.Contains(a.Email, "[bot]@users.noreply.")
	}
	if !slices.Contains(p.Authors, a.User.DatabaseID) {
		p.Authors = append(p.Authors, a.User.DatabaseID)
	}
	return true
}
