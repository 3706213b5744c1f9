package ghsim

import (
	"bytes"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// gitObjectTable answers the fields that Commit, Tree and Blob share.
var gitObjectTable = gqlTable{
	"oid":                func(_ *gqlRun, o any, _ gqlArgs) (any, error) { _, sha := whereIs(o); return sha, nil },
	"abbreviatedOid":     func(_ *gqlRun, o any, _ gqlArgs) (any, error) { _, sha := whereIs(o); return sha[:7], nil },
	"repository":         func(_ *gqlRun, o any, _ gqlArgs) (any, error) { r, _ := whereIs(o); return r, nil },
	"commitUrl":          func(x *gqlRun, o any, _ gqlArgs) (any, error) { return x.s.base + commitPath(o), nil },
	"commitResourcePath": func(x *gqlRun, o any, _ gqlArgs) (any, error) { return commitPath(o), nil },
}

func whereIs(o any) (*repo, string) {
	switch o := o.(type) {
	case gqlCommit:
		return o.r, o.sha
	case gqlTree:
		return o.r, o.sha
	case gqlBlob:
		return o.r, o.sha
	}
	return nil, zeroSHA
}

func commitPath(o any) string {
	r, sha := whereIs(o)
	return "/" + r.fullName() + "/commit/" + sha
}

// commitTable answers Commit.
// https://docs.github.com/en/graphql/reference/objects#commit
var commitTable = gqlTable{
	"message":         val(func(_ *gqlRun, c gqlCommit) any { return strings.TrimRight(c.message, "\n") }),
	"messageHeadline": val(func(_ *gqlRun, c gqlCommit) any { return c.headline() }),
	"messageBody": val(func(_ *gqlRun, c gqlCommit) any {
		_, body, _ := strings.Cut(c.message, "\n")
		return strings.TrimSpace(body)
	}),
	"author":        val(func(_ *gqlRun, c gqlCommit) any { return gqlSignature{c.author} }),
	"committer":     val(func(_ *gqlRun, c gqlCommit) any { return gqlSignature{c.committer} }),
	"authors":       val(func(_ *gqlRun, c gqlCommit) any { return connect(authorsOf(c)) }),
	"authoredDate":  val(func(_ *gqlRun, c gqlCommit) any { return c.author.at }),
	"committedDate": val(func(_ *gqlRun, c gqlCommit) any { return c.committer.at }),
	"pushedDate":    always(nil),
	"signature":     val(signatureOf),
	"tree":          val(func(_ *gqlRun, c gqlCommit) any { return gqlTree{c.r, c.tree} }),
	"url":           val(func(x *gqlRun, c gqlCommit) any { return x.s.base + commitPath(c) }),
	"resourcePath":  val(func(_ *gqlRun, c gqlCommit) any { return commitPath(c) }),
	"parents": val(func(_ *gqlRun, c gqlCommit) any {
		return connectAll(c.parents, func(sha string) any { return commitAt(c.r, sha) })
	}),
	"file": ask(func(_ *gqlRun, c gqlCommit, a gqlArgs) (any, error) {
		name := strings.Trim(a.text("path"), "/")
		e, err := c.r.git.lookup(c.sha, name)
		if err != nil {
			return nil, nil
		}
		return newEntry(c.r, e, dirOf(name)), nil
	}),
	"history":      ask(commitHistory),
	"additions":    ask(func(_ *gqlRun, c gqlCommit, _ gqlArgs) (any, error) { n, _, _, err := c.changed(); return n, err }),
	"deletions":    ask(func(_ *gqlRun, c gqlCommit, _ gqlArgs) (any, error) { _, n, _, err := c.changed(); return n, err }),
	"changedFiles": ask(func(_ *gqlRun, c gqlCommit, _ gqlArgs) (any, error) { _, _, n, err := c.changed(); return n, err }),
	"changedFilesIfAvailable": ask(func(_ *gqlRun, c gqlCommit, _ gqlArgs) (any, error) {
		_, _, n, err := c.changed()
		return n, err
	}),
	"statusCheckRollup": val(func(x *gqlRun, c gqlCommit) any { return x.rollup(c.r, c.sha) }),
	"status":            val(func(x *gqlRun, c gqlCommit) any { return x.combinedStatus(c.r, c.sha) }),
	"checkSuites": val(func(_ *gqlRun, c gqlCommit) any {
		var out []gqlSuite
		for _, s := range c.r.suites {
			if s.sha == c.sha {
				out = append(out, gqlSuite{c.r, s})
			}
		}
		return connect(out)
	}),
	"associatedPullRequests": val(func(x *gqlRun, c gqlCommit) any {
		var out []*pull
		for _, p := range c.r.pulls {
			if p.mergeCommit == c.sha || has(x.s.commitsOf(p), c.sha) {
				out = append(out, p)
			}
		}
		return connect(out)
	}),
}

// changed counts a commit's lines and files against its first parent.
func (c gqlCommit) changed() (additions, deletions, files int, err error) {
	before := emptyTree
	if len(c.parents) > 0 {
		before = c.parents[0]
	}
	list, err := c.r.git.changes(before, c.sha)
	for _, f := range list {
		additions, deletions = additions+f.additions, deletions+f.deletions
	}
	return additions, deletions, len(list), err
}

// commitHistory lists a commit and its ancestors, newest first.
func commitHistory(x *gqlRun, c gqlCommit, a gqlArgs) (any, error) {
	for _, filter := range []string{"author", "since", "until"} {
		if a.has(filter) {
			return nil, x.notSimulated("Commit.history(" + filter + ":)")
		}
	}
	list := c.r.git.between("", c.sha)
	slices.Reverse(list)
	if a.has("path") {
		list = slices.DeleteFunc(list, func(sha string) bool { return !c.r.git.touches(sha, a.text("path")) })
	}
	return connectAll(list, func(sha string) any { return commitAt(c.r, sha) }), nil
}

// touches says whether a commit made a path other than it is in each of its parents.
func (g *gitRepo) touches(sha, path string) bool {
	c, err := g.commit(sha)
	if err != nil {
		return false
	}
	is, _ := g.lookup(sha, path)
	differs := len(c.parents) > 0 || is.sha != ""
	for _, parent := range c.parents {
		was, _ := g.lookup(parent, path)
		differs = differs && was.sha != is.sha
	}
	return differs
}

// authorsOf are the author of a commit and then those whom its trailers name as co-authors.
// https://docs.github.com/en/graphql/reference/objects#commit
func authorsOf(c gqlCommit) []gqlSignature {
	authors := []gqlSignature{{c.author}}
	for line := range strings.Lines(c.message) {
		key, who, ok := strings.Cut(strings.TrimSpace(line), ": ")
		name, email, named := strings.Cut(strings.TrimSuffix(who, ">"), " <")
		if ok && named && strings.EqualFold(key, "co-authored-by") {
			authors = append(authors, gqlSignature{signature{name, email, c.author.at}})
		}
	}
	return authors
}

var gitActorTable = gqlTable{
	"name":  val(func(_ *gqlRun, s gqlSignature) any { return optional(s.name) }),
	"email": val(func(_ *gqlRun, s gqlSignature) any { return optional(s.email) }),
	"date":  val(func(_ *gqlRun, s gqlSignature) any { return s.at }),
	"user": val(func(x *gqlRun, s gqlSignature) any {
		for _, u := range x.s.w.accounts {
			if u.kind == "User" && u.email != "" && u.email == s.email {
				return u
			}
		}
		return nil
	}),
	"avatarUrl": val(func(x *gqlRun, s gqlSignature) any { return x.s.base + "/avatars/" + s.email }),
}

var treeTable = gqlTable{
	"entries": ask(func(_ *gqlRun, t gqlTree, _ gqlArgs) (any, error) {
		list, err := t.r.git.treeEntries(t.sha)
		out := make([]gqlEntry, len(list))
		for i, e := range list {
			out[i] = newEntry(t.r, e, "")
		}
		return out, err
	}),
}

func newEntry(r *repo, e treeEntry, dir string) gqlEntry { return gqlEntry{r, e, dir} }

// dirOf is the directory of a path, "" or with a slash at its end.
func dirOf(name string) string {
	if i := strings.LastIndexByte(name, '/'); i >= 0 {
		return name[:i+1]
	}
	return ""
}

var treeEntryTable = gqlTable{
	"name":       val(func(_ *gqlRun, e gqlEntry) any { return e.name }),
	"path":       val(func(_ *gqlRun, e gqlEntry) any { return e.dir + e.name }),
	"extension":  val(func(_ *gqlRun, e gqlEntry) any { return path.Ext(e.name) }),
	"oid":        val(func(_ *gqlRun, e gqlEntry) any { return e.sha }),
	"type":       val(func(_ *gqlRun, e gqlEntry) any { return e.kind() }),
	"object":     val(func(_ *gqlRun, e gqlEntry) any { return objectAt(e.r, e.sha) }),
	"repository": val(func(_ *gqlRun, e gqlEntry) any { return e.r }),
	"mode": ask(func(_ *gqlRun, e gqlEntry, _ gqlArgs) (any, error) {
		n, err := strconv.ParseInt(e.mode, 8, 32)
		return n, err
	}),
	"size": val(func(_ *gqlRun, e gqlEntry) any {
		body, err := e.r.git.blob(e.sha)
		if err != nil {
			return 0 // a tree or a submodule
		}
		return len(body)
	}),
}

// maxBlobText is where GitHub cuts a blob's text, in bytes.
const maxBlobText = 512_000

// blobTable answers Blob. The text of a binary file is null.
var blobTable = gqlTable{
	"byteSize": ask(func(_ *gqlRun, b gqlBlob, _ gqlArgs) (any, error) {
		body, err := b.r.git.blob(b.sha)
		return len(body), err
	}),
	"isBinary": ask(func(_ *gqlRun, b gqlBlob, _ gqlArgs) (any, error) {
		body, err := b.r.git.blob(b.sha)
		return isBinary(body), err
	}),
	"isTruncated": ask(func(_ *gqlRun, b gqlBlob, _ gqlArgs) (any, error) {
		body, err := b.r.git.blob(b.sha)
		return len(body) > maxBlobText, err
	}),
	"text": ask(func(_ *gqlRun, b gqlBlob, _ gqlArgs) (any, error) {
		body, err := b.r.git.blob(b.sha)
		if err != nil || isBinary(body) {
			return nil, err
		}
		return strings.ToValidUTF8(string(body[:min(len(body), maxBlobText)]), ""), nil
	}),
}

// isBinary judges as git does, by a zero byte near the start, and by what is no UTF-8.
func isBinary(body []byte) bool {
	return bytes.IndexByte(body[:min(len(body), 8000)], 0) >= 0 || !utf8.Valid(body)
}

// refTable answers Ref.
// https://docs.github.com/en/graphql/reference/objects#ref
var refTable = gqlTable{
	"name":       val(func(_ *gqlRun, f gqlRef) any { return f.name }),
	"prefix":     val(func(_ *gqlRun, f gqlRef) any { return f.prefix }),
	"repository": val(func(_ *gqlRun, f gqlRef) any { return f.r }),
	"target":     val(func(_ *gqlRun, f gqlRef) any { return objectAt(f.r, f.sha()) }),
	"compare":    ask(compareRefs),
	"associatedPullRequests": ask(func(x *gqlRun, f gqlRef, a gqlArgs) (any, error) {
		list := f.r.pulls
		branch, is := f.branch()
		if !is {
			list = nil
		}
		return x.pulls(list, a.with("headRefName", branch))
	}),
	"branchProtectionRule": val(func(x *gqlRun, f gqlRef) any {
		branch, is := f.branch()
		if d := x.s.requirements(f.r, branch); is && d.classic != nil {
			return gqlProtection{f.r, d.classic}
		}
		return nil
	}),
	"rules":         val(rulesOf),
	"refUpdateRule": val(updateRuleOf),
}

// compareRefs compares a ref with a commit, a branch, or owner:branch of a fork; null where that cannot be found.
func compareRefs(x *gqlRun, f gqlRef, a gqlArgs) (any, error) {
	r, head := f.r, a.text("headRef")
	if owner, branch, ok := strings.Cut(head, ":"); ok {
		head = branch
		if r = x.forkOf(f.r, owner); r == nil {
			return nil, nil
		}
	}
	base, ok := commitAt(f.r, f.sha()).(gqlCommit)
	tip, ok2 := commitAt(f.r, revision(r, head)).(gqlCommit)
	if !ok || !ok2 {
		return nil, nil
	}
	return gqlComparison{f.r, base, tip}, nil
}

// forkOf is the repository itself or its fork that belongs to owner.
func (x *gqlRun) forkOf(r *repo, owner string) *repo {
	for _, c := range x.s.w.repos {
		if equalFold(c.owner.login, owner) && (c == r || c.parent == r) && x.s.sees(x.who, c) {
			return c
		}
	}
	return nil
}

var comparisonTable = gqlTable{
	"aheadBy":    val(func(_ *gqlRun, c gqlComparison) any { return c.ahead() }),
	"behindBy":   val(func(_ *gqlRun, c gqlComparison) any { return c.behind() }),
	"baseTarget": val(func(_ *gqlRun, c gqlComparison) any { return c.base }),
	"headTarget": val(func(_ *gqlRun, c gqlComparison) any { return c.head }),
	"status": val(func(_ *gqlRun, c gqlComparison) any {
		ahead, behind := c.ahead(), c.behind()
		switch {
		case ahead > 0 && behind > 0:
			return "DIVERGED"
		case ahead > 0:
			return "AHEAD"
		case behind > 0:
			return "BEHIND"
		}
		return "IDENTICAL"
	}),
	"commits": val(func(_ *gqlRun, c gqlComparison) any {
		return connectAll(c.r.git.between(c.base.sha, c.head.sha), func(sha string) any { return commitAt(c.r, sha) })
	}),
}

func (c gqlComparison) ahead() int  { return len(c.r.git.between(c.base.sha, c.head.sha)) }
func (c gqlComparison) behind() int { return len(c.r.git.between(c.head.sha, c.base.sha)) }
