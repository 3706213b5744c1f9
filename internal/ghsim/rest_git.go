package ghsim

import (
	"encoding/base64"
	"net/http"
	"strings"
)

var gitRoutes = []route{
	{method: "GET", path: repoPath + "/commits", need: readContents, run: listCommits},
	{method: "GET", path: repoPath + "/commits/{ref+}", need: readContents, forms: "diff patch sha", run: getCommit},
	{method: "GET", path: repoPath + "/commits/{ref}/pulls", need: readPulls, run: listCommitPulls},
	{method: "GET", path: repoPath + "/commits/{ref}/branches-where-head", need: readContents, run: listHeads},
	{method: "GET", path: repoPath + "/compare/{basehead+}", need: readContents, forms: "diff patch", run: getCompare},
	{method: "GET", path: repoPath + "/git/blobs/{sha}", need: readContents, run: getBlob},
	{method: "POST", path: repoPath + "/git/blobs", need: []string{"contents:write"}, body: "content encoding", run: postBlob},
	{method: "GET", path: repoPath + "/git/commits/{sha}", need: readContents, run: getGitCommit},
	{method: "POST", path: repoPath + "/git/commits", need: []string{"contents:write"}, body: "message tree parents", run: postCommit},
	{method: "GET", path: repoPath + "/git/ref/{ref+}", need: readContents, run: getRef},
	{method: "GET", path: repoPath + "/git/matching-refs/{ref+}", need: readContents, run: listRefs},
	{method: "POST", path: repoPath + "/git/refs", need: []string{"contents:write"}, fault: "create-ref", body: "ref sha", run: postRef},
	{method: "PATCH", path: repoPath + "/git/refs/{ref+}", need: []string{"contents:write"}, body: "sha force", run: patchRef},
	{method: "DELETE", path: repoPath + "/git/refs/{ref+}", need: []string{"contents:write"}, fault: "delete-ref", run: deleteRef},
	{method: "POST", path: repoPath + "/merges", need: []string{"contents:write"}, body: "base head commit_message", run: postMerge},
	{method: "GET", path: repoPath + "/git/trees/{ref+}", need: readContents, run: getTree},
	{method: "POST", path: repoPath + "/git/trees", need: []string{"contents:write"}, body: "base_tree tree", run: postTree},
}

func listCommits(q *request) (int, any, *apiError) {
	ref := orDefault(q.query.Get("sha"), q.repo.defaultBranch)
	tip, e := q.commitOr(ref, notFound())
	if e != nil {
		return 0, nil, e
	}
	shas := q.repo.git.between("", tip.sha)
	var commits []*gitCommit
	for i := len(shas) - 1; i >= 0; i-- {
		c, err := q.repo.git.commit(shas[i])
		if err != nil {
			return 0, nil, q.s.internal(err)
		}
		commits = append(commits, c)
	}
	return done(list(page(q, commits), func(c *gitCommit) object { return q.s.commitJSON(q.repo, c) }), nil)
}

// parentOf is what a commit's changes are counted from.
func parentOf(c *gitCommit) string {
	if len(c.parents) == 0 {
		return emptyTree
	}
	return c.parents[0]
}

func getCommit(q *request) (int, any, *apiError) {
	c, e := q.commitOr(q.vars["ref"], noCommit(q.vars["ref"]))
	if e != nil {
		return 0, nil, e
	}
	if q.form == "sha" {
		return http.StatusOK, []byte(c.sha), nil
	}
	if q.form == "diff" || q.form == "patch" {
		return q.diffText(q.form, parentOf(c), c.sha)
	}
	o := q.s.commitJSON(q.repo, c)
	o["files"], o["stats"], e = q.diffJSON(parentOf(c), c.sha)
	return done(o, e)
}

// diffJSON are the files between two commits, and their sums.
func (q *request) diffJSON(from, to string) (files []any, stats object, e *apiError) {
	if _, err := q.repo.git.write("tree", nil); err != nil {
		return nil, nil, q.s.internal(err)
	}
	changes, err := q.repo.git.changes(from, to)
	if err != nil {
		return nil, nil, q.s.internal(err)
	}
	patches, err := q.repo.git.patches(from, to)
	if err != nil {
		return nil, nil, q.s.internal(err)
	}
	additions, deletions := 0, 0
	files = list(changes[:min(len(changes), 300)], func(c fileChange) object {
		additions, deletions = additions+c.additions, deletions+c.deletions
		return q.s.fileJSON(q.repo, to, c, patches[c.path])
	})
	return files, object{"additions": additions, "deletions": deletions, "total": additions + deletions}, nil
}

func listCommitPulls(q *request) (int, any, *apiError) {
	var hits []*pull
	for _, p := range q.repo.pulls {
		if p.head == q.vars["ref"] || p.mergeCommit == q.vars["ref"] || contains(q.s.commitsOf(p), q.vars["ref"]) {
			hits = append(hits, p)
		}
	}
	return done(list(page(q, hits), q.s.pullJSON), nil)
}

func listHeads(q *request) (int, any, *apiError) {
	var names []string
	for _, b := range sortedKeys(q.repo.branches) {
		if q.repo.branches[b] == q.vars["ref"] {
			names = append(names, b)
		}
	}
	return done(list(names, func(b string) object {
		return object{"name": b, "commit": object{"sha": q.vars["ref"], "url": q.s.repoURL(q.repo) + "/commits/" + q.vars["ref"]}, "protected": q.s.requirements(q.repo, b).classic != nil}
	}), nil)
}

// getCompare compares base...head.
// https://docs.github.com/rest/commits/commits#compare-two-commits
func getCompare(q *request) (int, any, *apiError) {
	baseName, headName, ok := strings.Cut(q.vars["basehead"], "...")
	if !ok {
		return 0, nil, notFound()
	}
	base, e := q.commitOr(baseName, notFound())
	if e != nil {
		return 0, nil, e
	}
	if _, branch, ok := strings.Cut(headName, ":"); ok {
		headRepo, ref, e := q.s.headOf(q.repo, headName)
		if e != nil {
			return 0, nil, notFound()
		}
		headName = orDefault(headRepo.branches[ref], branch)
	}
	head, e := q.commitOr(headName, notFound())
	if e != nil {
		return 0, nil, e
	}
	return q.compare(base, head)
}

func (q *request) compare(base, head *gitCommit) (int, any, *apiError) {
	if q.form == "diff" || q.form == "patch" {
		return q.diffText(q.form, base.sha, head.sha)
	}
	g := q.repo.git
	common := g.mergeBase(base.sha, head.sha)
	mb, err := g.commit(common)
	if err != nil {
		return 0, nil, &apiError{Status: 404, Message: "No common ancestor between " + base.sha + " and " + head.sha + "."}
	}
	ahead, behind := g.between(base.sha, head.sha), g.between(head.sha, base.sha)
	word := "diverged"
	switch {
	case len(ahead) == 0 && len(behind) == 0:
		word = "identical"
	case len(behind) == 0:
		word = "ahead"
	case len(ahead) == 0:
		word = "behind"
	}
	files, _, e := q.diffJSON(common, head.sha)
	if e != nil {
		return 0, nil, e
	}
	commits := list(page(q, ahead), func(sha string) object {
		c, err := g.commit(sha)
		if err != nil {
			q.s.internal(err)
			return object{}
		}
		return q.s.commitJSON(q.repo, c)
	})
	u := q.s.repoURL(q.repo) + "/compare/" + base.sha + "..." + head.sha
	html := q.s.base + "/" + q.repo.fullName() + "/compare/" + base.sha + "..." + head.sha
	return done(object{"url": u, "html_url": html, "permalink_url": html, "diff_url": html + ".diff", "patch_url": html + ".patch",
		"base_commit": q.s.commitJSON(q.repo, base), "merge_base_commit": q.s.commitJSON(q.repo, mb), "status": word, "ahead_by": len(ahead),
		"behind_by": len(behind), "total_commits": len(ahead), "commits": commits, "files": files}, nil)
}

func getBlob(q *request) (int, any, *apiError) {
	text, err := q.repo.git.blob(q.vars["sha"])
	if err != nil {
		return 0, nil, notFound()
	}
	if q.form == "raw" {
		q.head.Set("Content-Type", "application/vnd.github.raw+json; charset=utf-8")
		return http.StatusOK, text, nil
	}
	return done(object{"sha": q.vars["sha"], "node_id": globalID("B", q.repo.id, q.vars["sha"]), "size": len(text), "content": wrapped(text),
		"encoding": "base64", "url": q.s.repoURL(q.repo) + "/git/blobs/" + q.vars["sha"]}, nil)
}

func postBlob(q *request) (int, any, *apiError) {
	var in struct{ Content, Encoding string }
	if e := q.decode(&in); e != nil {
		return 0, nil, e
	}
	text := []byte(in.Content)
	if in.Encoding == "base64" {
		var err error
		if text, err = base64.StdEncoding.DecodeString(strings.ReplaceAll(in.Content, "\n", "")); err != nil {
			return 0, nil, &apiError{Status: 422, Message: "content is not valid Base64"}
		}
	}
	sha, err := q.repo.git.write("blob", text)
	if err != nil {
		return 0, nil, q.s.internal(err)
	}
	return http.StatusCreated, object{"sha": sha, "url": q.s.repoURL(q.repo) + "/git/blobs/" + sha}, nil
}

func getGitCommit(q *request) (int, any, *apiError) {
	c, err := q.repo.git.commit(q.vars["sha"])
	if err != nil {
		return 0, nil, notFound()
	}
	return done(q.s.gitCommitJSON(q.repo, c), nil)
}

func postCommit(q *request) (int, any, *apiError) {
	var in struct {
		Message, Tree string
		Parents       []string
	}
	if e := q.decode(&in); e != nil {
		return 0, nil, e
	}
	sha, e := q.s.createCommit(q.repo, q.who, commitInput{message: in.Message, tree: in.Tree, parents: in.Parents})
	if e != nil {
		return 0, nil, e
	}
	c, err := q.repo.git.commit(sha)
	if err != nil {
		return 0, nil, q.s.internal(err)
	}
	return http.StatusCreated, q.s.gitCommitJSON(q.repo, c), nil
}

func getRef(q *request) (int, any, *apiError) {
	ref := "refs/" + q.vars["ref"]
	sha, ok := q.repo.ref(ref)
	if !ok {
		return 0, nil, notFound()
	}
	return done(q.s.refJSON(q.repo, ref, sha), nil)
}

func listRefs(q *request) (int, any, *apiError) {
	names := q.repo.refsUnder("refs/" + q.vars["ref"])
	return done(list(names, func(ref string) object {
		sha, _ := q.repo.ref(ref)
		return q.s.refJSON(q.repo, ref, sha)
	}), nil)
}

func postRef(q *request) (int, any, *apiError) {
	var in struct{ Ref, SHA string }
	if e := q.decode(&in); e != nil {
		return 0, nil, e
	}
	if e := q.s.createRef(q.repo, q.who, in.Ref, in.SHA); e != nil {
		return 0, nil, e
	}
	return http.StatusCreated, q.s.refJSON(q.repo, in.Ref, in.SHA), nil
}

func patchRef(q *request) (int, any, *apiError) {
	var in struct {
		SHA   string
		Force bool
	}
	if e := q.decode(&in); e != nil {
		return 0, nil, e
	}
	ref := "refs/" + q.vars["ref"]
	if e := q.s.updateRef(q.repo, q.who, ref, in.SHA, in.Force); e != nil {
		return 0, nil, e
	}
	return done(q.s.refJSON(q.repo, ref, in.SHA), nil)
}

func deleteRef(q *request) (int, any, *apiError) {
	if e := q.s.deleteRef(q.repo, q.who, "refs/"+q.vars["ref"]); e != nil {
		return 0, nil, e
	}
	return http.StatusNoContent, nil, nil
}

// getTree lists a tree, with recursive=1 all below it.
func getTree(q *request) (int, any, *apiError) {
	root := q.vars["ref"]
	if c, e := q.commitOr(root, notFound()); e == nil {
		root = c.tree
	}
	entries, err := q.repo.git.allEntries(root, "", q.query.Get("recursive") != "")
	if err != nil {
		return 0, nil, notFound()
	}
	return done(object{"sha": root, "url": q.s.repoURL(q.repo) + "/git/trees/" + root, "truncated": false, "tree": list(entries, q.entryJSON)}, nil)
}

func (q *request) entryJSON(t treeEntry) object {
	kind := "/git/blobs/"
	o := object{"path": t.name, "mode": t.mode, "type": t.kind(), "sha": t.sha}
	if t.kind() == "tree" {
		kind = "/git/trees/"
	} else if b, err := q.repo.git.blob(t.sha); err == nil {
		o["size"] = len(b)
	}
	o["url"] = q.s.repoURL(q.repo) + kind + t.sha
	return o
}

// allEntries lists a tree; names are paths from its root.
func (g *gitRepo) allEntries(tree, dir string, deep bool) ([]treeEntry, error) {
	entries, err := g.treeEntries(tree)
	if err != nil {
		return nil, err
	}
	var all []treeEntry
	for _, t := range entries {
		sub := t.sha
		t.name = dir + t.name
		all = append(all, t)
		if deep && t.kind() == "tree" {
			below, err := g.allEntries(sub, t.name+"/", true)
			if err != nil {
				return nil, err
			}
			all = append(all, below...)
		}
	}
	return all, nil
}

// postTree makes a tree on top of base_tree.
// https://docs.github.com/rest/git/trees#create-a-tree
func postTree(q *request) (int, any, *apiError) {
	var in struct {
		BaseTree string `json:"base_tree"`
		Tree     []struct {
			Path, Mode, Type string
			SHA, Content     *string
		}
	}
	if e := q.decode(&in); e != nil {
		return 0, nil, e
	}
	if o, err := q.repo.git.read(in.BaseTree); err == nil && o.kind == "commit" {
		c, err := q.repo.git.commit(in.BaseTree)
		if err != nil {
			return 0, nil, q.s.internal(err)
		}
		in.BaseTree = c.tree
	} else if err != nil && in.BaseTree != "" {
		return 0, nil, &apiError{Status: 422, Message: "base_tree is not a valid tree oid"}
	}
	var edits []edit
	for _, t := range in.Tree {
		x := edit{path: t.Path, mode: t.Mode}
		switch {
		case t.Content != nil:
			sha, err := q.repo.git.write("blob", []byte(*t.Content))
			if err != nil {
				return 0, nil, q.s.internal(err)
			}
			x.sha = sha
		case t.SHA != nil:
			if _, err := q.repo.git.read(*t.SHA); err != nil {
				return 0, nil, &apiError{Status: 422, Message: "tree.sha " + *t.SHA + " is not a valid " + t.Type}
			}
			x.sha = *t.SHA
		}
		edits = append(edits, x)
	}
	sha, err := q.repo.git.editTree(in.BaseTree, edits)
	if err != nil {
		return 0, nil, q.s.internal(err)
	}
	entries, err := q.repo.git.treeEntries(sha)
	if err != nil {
		return 0, nil, q.s.internal(err)
	}
	return http.StatusCreated, object{"sha": sha, "url": q.s.repoURL(q.repo) + "/git/trees/" + sha, "truncated": false, "tree": list(entries, q.entryJSON)}, nil
}
