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
		OID, Message string
		Authors      list[authorReply]
		Committer    *authorReply
		Signature    *signatureReply
	}
}

// commit is the commit as rules know it.
func (r writtenReply) commit() rules.Commit {
	c := rules.Commit{ID: r.Commit.OID, Message: r.Commit.Message, By: r.madeFor()}
	for _, who := range r.Commit.Authors.Nodes {
		a := rules.Author{Name: who.Name, Email: who.Email}
		if who.User != nil {
			a.User = who.User.DatabaseID
		}
		c.Authors = append(c.Authors, a)
	}
	return c
}

// madeFor is the account that GitHub made a commit for: GitHub's signature holds, GitHub committed it, and the author's address is
// one of the same host. 0: somebody pushed it, or its author has another address.
func (r writtenReply) madeFor() int64 {
	c := r.Commit
	if c.Committer == nil || len(c.Authors.Nodes) == 0 || !(madeReply{Signature: c.Signature}).signed() {
		return 0
	}
	id, committer := c.Authors.Nodes[0].account()
	if c.Committer.Email != committer {
		return 0
	}
	return id
}

// written is who wrote the commits of a pull request. An address that no account has, or more authors than were read, leave it
// open whose a commit is. Who pushes can write any address: what GitHub knows of pushes itself, its rule on the approval of the
// newest push asks for.
func (r pullReply) written(p *rules.PR) {
	for _, n := range r.Written.Nodes {
		c := n.Commit
		p.Commits = append(p.Commits, n.commit())
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
