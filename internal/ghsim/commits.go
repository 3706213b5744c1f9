package ghsim

import (
	"errors"
	"strings"
)

// github is who commits what is made through the API.
func (s *Sim) github() signature {
	return signature{"GitHub", "noreply@github.com", s.now()}
}

// sign is an account as an author.
func (s *Sim) sign(a *account) signature {
	name := a.name
	if name == "" {
		name = a.login
	}
	return signature{name, a.email, s.now()}
}

// commitInput is a commit object to be made.
type commitInput struct {
	message           string
	tree              string
	parents           []string
	author, committer *signature // nil: the caller, GitHub
}

// createCommit makes a commit object that no ref points at yet. GitHub signs it for an App that names nobody else.
// https://docs.github.com/rest/git/commits#create-a-commit
func (s *Sim) createCommit(r *repo, who *caller, in commitInput) (string, *apiError) {
	if o, err := r.git.read(in.tree); err != nil || o.kind != "tree" {
		return "", &apiError{Status: 422, Message: "Tree SHA does not exist", GraphQLType: "UNPROCESSABLE"}
	}
	for _, p := range in.parents {
		if _, err := r.git.commit(p); err != nil {
			return "", &apiError{Status: 422, Message: "Parent SHA does not exist or is not a commit object", GraphQLType: "UNPROCESSABLE"}
		}
	}
	c := gitCommit{tree: in.tree, parents: in.parents, message: in.message, author: s.sign(who.actor()), committer: s.github()}
	if in.author != nil {
		c.author = *in.author
	}
	if in.committer != nil {
		c.committer = *in.committer
	}
	write := r.git.writeCommit
	if who.app != nil && in.author == nil && in.committer == nil {
		write = func(c gitCommit) (string, error) { return s.commitSigned(r.git, c) }
	}
	sha, err := write(c)
	return sha, s.internal(err)
}

// changeInput is a commit by its files: what createCommitOnBranch and the contents API take.
type changeInput struct {
	message   string
	additions map[string][]byte
	deletions []string
}

// commitOnBranch commits files on top of a branch. expectedHead "" is not compared (the contents API has no such pin).
// https://docs.github.com/graphql/reference/mutations#createcommitonbranch
func (s *Sim) commitOnBranch(r *repo, who *caller, branch, expectedHead string, in changeInput) (string, *apiError) {
	tip, ok := r.branches[branch]
	if !ok {
		return "", &apiError{Status: 404, Message: "Branch " + branch + " not found", GraphQLType: "NOT_FOUND"}
	}
	if expectedHead != "" && expectedHead != tip {
		return "", &apiError{Status: 409, GraphQLType: "STALE_DATA",
			Message: "Expected branch to point to \"" + tip + "\" but it did not. Pull and try again."}
	}
	if e := s.mayPush(r, who, "refs/heads/"+branch, false); e != nil {
		return "", e
	}
	if e := s.mayTouchWorkflows(who, append(sortedKeys(in.additions), in.deletions...)); e != nil {
		return "", e
	}
	for _, path := range in.deletions {
		if _, err := r.git.lookup(tip, path); errors.Is(err, errNoObject) {
			return "", &apiError{Status: 422, Message: "A path was requested for deletion which does not exist: " + path, GraphQLType: "UNPROCESSABLE"}
		}
	}
	c, err := s.filesCommit(r, tip, in, s.sign(who.actor()), s.github())
	if err != nil {
		return "", s.internal(err)
	}
	sha, err := s.commitSigned(r.git, c)
	if err != nil {
		return "", s.internal(err)
	}
	return sha, s.setRef(r, who, "refs/heads/"+branch, sha)
}

// writeFiles makes a commit on top of parent ("" for the first), as people do at home: GitHub does not sign it.
func (s *Sim) writeFiles(r *repo, parent string, in changeInput, author, committer signature) (string, error) {
	c, err := s.filesCommit(r, parent, in, author, committer)
	if err != nil {
		return "", err
	}
	return r.git.writeCommit(c)
}

// filesCommit is a commit of files on top of parent, which is not stored yet.
func (s *Sim) filesCommit(r *repo, parent string, in changeInput, author, committer signature) (gitCommit, error) {
	tree, parents := "", []string(nil)
	if parent != "" {
		c, err := r.git.commit(parent)
		if err != nil {
			return gitCommit{}, err
		}
		tree, parents = c.tree, []string{parent}
	}
	var edits []edit
	for _, path := range sortedKeys(in.additions) {
		id, err := r.git.write("blob", in.additions[path])
		if err != nil {
			return gitCommit{}, err
		}
		edits = append(edits, edit{path: path, sha: id})
	}
	for _, path := range in.deletions {
		edits = append(edits, edit{path: path})
	}
	tree, err := r.git.editTree(tree, edits)
	return gitCommit{tree: tree, parents: parents, author: author, committer: committer, message: in.message}, err
}

// mayTouchWorkflows refuses an App without workflows: write to change workflow files.
// https://docs.github.com/apps/creating-github-apps/registering-a-github-app/choosing-permissions-for-a-github-app
func (s *Sim) mayTouchWorkflows(who *caller, paths []string) *apiError {
	for _, p := range paths {
		if strings.HasPrefix(p, ".github/workflows/") && !who.has("workflows", "write") {
			return &apiError{Status: 403, GraphQLType: "FORBIDDEN", Accepted: "workflows=write",
				Message: "refusing to allow a GitHub App to create or update workflow `" + p + "` without `workflows` permission"}
		}
	}
	return nil
}
