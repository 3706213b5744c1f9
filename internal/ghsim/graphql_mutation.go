package ghsim

import (
	"encoding/base64"
	"fmt"
	"strings"
)

// gqlMutation is one change: the permissions of an App that it needs (all of them; one of several is written a|b), the
// role that a person needs, and what it does. The payload gets clientMutationId and, where the schema has it, actor.
type gqlMutation struct {
	needs []string
	role  string // "" is write
	run   func(x *gqlRun, in gqlArgs) (gqlRecord, error)
}

// mutations is the table of changes. They run in the order of the document, and one that fails stops none of the rest.
// https://docs.github.com/en/graphql/reference/mutations
var mutations = map[string]gqlMutation{
	"mergePullRequest":              {[]string{"contents"}, "read", mutateMerge}, // the merge itself says who lacks push access
	"updatePullRequestBranch":       {[]string{"contents", "pull_requests"}, "", mutateUpdateBranch},
	"enqueuePullRequest":            {[]string{"contents", "pull_requests"}, "", mutateEnqueue},
	"dequeuePullRequest":            {[]string{"contents", "pull_requests"}, "", mutateDequeue},
	"enablePullRequestAutoMerge":    {[]string{"contents", "pull_requests"}, "", mutateAutoMerge},
	"disablePullRequestAutoMerge":   {[]string{"contents", "pull_requests"}, "", mutateNoAutoMerge},
	"createRef":                     {[]string{"contents"}, "", mutateCreateRef},
	"updateRef":                     {[]string{"contents"}, "", mutateUpdateRef},
	"updateRefs":                    {[]string{"contents"}, "", mutateUpdateRefs},
	"deleteRef":                     {[]string{"contents"}, "", mutateDeleteRef},
	"createCommitOnBranch":          {[]string{"contents"}, "", mutateCommit},
	"createPullRequest":             {[]string{"pull_requests"}, "read", mutateOpen},
	"updatePullRequest":             {[]string{"pull_requests"}, "triage", mutateEdit},
	"closePullRequest":              {[]string{"pull_requests"}, "triage", mutateState("closed")},
	"reopenPullRequest":             {[]string{"pull_requests"}, "triage", mutateState("open")},
	"convertPullRequestToDraft":     {[]string{"pull_requests"}, "", mutateDraft(true)},
	"markPullRequestReadyForReview": {[]string{"pull_requests"}, "", mutateDraft(false)},
	"requestReviews":                {[]string{"pull_requests"}, "triage", mutateRequests},
	"addPullRequestReview":          {[]string{"pull_requests"}, "read", mutateReview},
	"addLabelsToLabelable":          {[]string{"issues|pull_requests"}, "triage", mutateLabels(true)},
	"removeLabelsFromLabelable":     {[]string{"issues|pull_requests"}, "triage", mutateLabels(false)},
	"addComment":                    {[]string{"issues|pull_requests"}, "read", mutateComment},
	"createIssue":                   {[]string{"issues"}, "read", mutateIssue},
}

// mutationTable answers Mutation from the table of changes.
var mutationTable = func() gqlTable {
	t := gqlTable{}
	for name, m := range mutations {
		t[name] = ask(func(x *gqlRun, _ gqlRoot, a gqlArgs) (any, error) {
			in := a.object("input")
			x.mutation, x.needs, x.role = name, m.needs, m.role
			out, err := m.run(x, in)
			if err != nil {
				return nil, err
			}
			out["clientMutationId"], out["actor"] = optional(in.text("clientMutationId")), x.who.actor()
			return out, nil
		})
	}
	return t
}()

// mayChange checks what the mutation at hand needs at the repository that it changes.
func (x *gqlRun) mayChange(r *repo) error {
	if x.who.user == nil {
		for _, n := range x.needs {
			if !x.hasOne(n, "write") {
				return notAccessible
			}
		}
		if x.who.inst == nil || !x.who.inst.covers(r) {
			return notAccessible
		}
		return nil
	}
	role := x.role
	if role == "" {
		role = "write"
	}
	if roles[x.s.permission(x.who.user, r)] < roles[role] {
		return &gqlError{Type: "FORBIDDEN", Message: fmt.Sprintf("%s does not have the correct permissions to execute `%s`", x.who.user.login, capital(x.mutation))}
	}
	return nil
}

// hasOne says whether the caller has one of the permissions a|b.
func (x *gqlRun) hasOne(permissions, level string) bool {
	for p := range strings.SplitSeq(permissions, "|") {
		if x.who.has(p, level) {
			return true
		}
	}
	return false
}

// target finds an object of a kind by the id in an input, and checks that the caller may change its repository.
func target[T any](x *gqlRun, in gqlArgs, key, kind string, at func(T) *repo) (T, error) {
	var zero T
	v, err := x.node(in.text(key))
	if err != nil {
		return zero, err
	}
	o, ok := v.(T)
	if !ok {
		return zero, unresolved(fmt.Sprintf("Could not resolve to %s node with the global id of '%s'.", kind, in.text(key)))
	}
	return o, x.mayChange(at(o))
}

func (x *gqlRun) targetPull(in gqlArgs) (*pull, error) {
	return target(x, in, "pullRequestId", "PullRequest", func(p *pull) *repo { return p.repo })
}

func (x *gqlRun) targetRepo(in gqlArgs) (*repo, error) {
	return target(x, in, "repositoryId", "Repository", func(r *repo) *repo { return r })
}

// refusal turns the state machine's answer into an error; a nil *apiError is none.
func refusalOf(e *apiError) error {
	if e == nil {
		return nil
	}
	return e
}

// textOf is a string of an input, nil where it is absent: the default then holds.
func textOf(in gqlArgs, key string) *string {
	if s, ok := in.get(key).(string); ok {
		return &s
	}
	return nil
}

func mutateMerge(x *gqlRun, in gqlArgs) (gqlRecord, error) {
	p, err := x.targetPull(in)
	if err != nil {
		return nil, err
	}
	_, e := x.s.mergePull(p, x.who, mergeInput{
		sha: in.text("expectedHeadOid"), method: methodOf(in),
		title: textOf(in, "commitHeadline"), message: textOf(in, "commitBody"),
	})
	return gqlRecord{"pullRequest": p}, refusalOf(e)
}

// methodOf is the merge method of an input, MERGE if it has none.
func methodOf(in gqlArgs) string {
	if m := in.text("mergeMethod"); m != "" {
		return strings.ToLower(m)
	}
	return "merge"
}

func mutateUpdateBranch(x *gqlRun, in gqlArgs) (gqlRecord, error) {
	p, err := x.targetPull(in)
	if err != nil {
		return nil, err
	}
	method := "merge"
	if in.text("updateMethod") == "REBASE" {
		method = "rebase"
	}
	e := x.s.updateBranch(p, x.who, in.text("expectedHeadOid"), method)
	return gqlRecord{"pullRequest": p}, refusalOf(e)
}

func mutateEnqueue(x *gqlRun, in gqlArgs) (gqlRecord, error) {
	p, err := x.targetPull(in)
	if err != nil {
		return nil, err
	}
	entry, e := x.s.enqueue(p, x.who, in.text("expectedHeadOid"))
	return gqlRecord{"mergeQueueEntry": gqlQueueEntry{p, entry}}, refusalOf(e)
}

// mutateDequeue names the pull request by id:, as no other mutation does.
func mutateDequeue(x *gqlRun, in gqlArgs) (gqlRecord, error) {
	p, err := target(x, in, "id", "PullRequest", func(p *pull) *repo { return p.repo })
	if err != nil {
		return nil, err
	}
	entry, e := x.s.dequeue(p, x.who)
	return gqlRecord{"mergeQueueEntry": gqlQueueEntry{p, entry}}, refusalOf(e)
}

func mutateAutoMerge(x *gqlRun, in gqlArgs) (gqlRecord, error) {
	p, err := x.targetPull(in)
	if err != nil {
		return nil, err
	}
	e := x.s.enableAutoMerge(p, x.who, autoMergeInput{
		method: methodOf(in), headline: in.text("commitHeadline"), body: in.text("commitBody"), expectedHead: in.text("expectedHeadOid"),
	})
	return gqlRecord{"pullRequest": p}, refusalOf(e)
}

func mutateNoAutoMerge(x *gqlRun, in gqlArgs) (gqlRecord, error) {
	p, err := x.targetPull(in)
	if err != nil {
		return nil, err
	}
	return gqlRecord{"pullRequest": p}, refusalOf(x.s.disableAutoMerge(p, x.who))
}

func mutateCreateRef(x *gqlRun, in gqlArgs) (gqlRecord, error) {
	r, err := x.targetRepo(in)
	if err != nil {
		return nil, err
	}
	if _, exists := r.ref(in.text("name")); exists {
		return nil, &gqlError{Type: "UNPROCESSABLE", Message: fmt.Sprintf("A ref named %q already exists in the repository.", in.text("name"))}
	}
	if e := x.s.createRef(r, x.who, in.text("name"), in.text("oid")); e != nil {
		return nil, e
	}
	return gqlRecord{"ref": findRef(r, in.text("name"))}, nil
}

func (x *gqlRun) targetRef(in gqlArgs) (gqlRef, error) {
	return target(x, in, "refId", "Ref", func(f gqlRef) *repo { return f.r })
}

func mutateUpdateRef(x *gqlRun, in gqlArgs) (gqlRecord, error) {
	f, err := x.targetRef(in)
	if err != nil {
		return nil, err
	}
	e := x.s.updateRef(f.r, x.who, f.prefix+f.name, in.text("oid"), in.yes("force"))
	return gqlRecord{"ref": f}, refusalOf(e)
}

func mutateDeleteRef(x *gqlRun, in gqlArgs) (gqlRecord, error) {
	f, err := x.targetRef(in)
	if err != nil {
		return nil, err
	}
	return gqlRecord{}, refusalOf(x.s.deleteRef(f.r, x.who, f.prefix+f.name))
}

// mutateUpdateRefs moves several refs, all or none. beforeOid pins what a ref was (zeros: it must not exist), afterOid
// zeros deletes.
func mutateUpdateRefs(x *gqlRun, in gqlArgs) (gqlRecord, error) {
	r, err := x.targetRepo(in)
	if err != nil {
		return nil, err
	}
	updates := in.objects("refUpdates")
	for _, u := range updates {
		if err := mayUpdateRef(r, u); err != nil {
			return nil, err
		}
	}
	for _, u := range updates {
		if e := x.updateOneRef(r, u); e != nil {
			return nil, e
		}
	}
	return gqlRecord{}, nil
}

// mayUpdateRef checks one update before any is made.
func mayUpdateRef(r *repo, u gqlArgs) error {
	name, before, after := u.text("name"), u.text("beforeOid"), u.text("afterOid")
	now, exists := r.ref(name)
	if !exists {
		now = zeroSHA
	}
	switch {
	case before != "" && before != now:
		return &gqlError{Type: "UNPROCESSABLE", Message: fmt.Sprintf("Reference update failed: %s is at %s but expected %s", name, now, before)}
	case after == zeroSHA || u.yes("force") || !exists:
		return nil
	case !r.git.contains(after, now):
		return &gqlError{Type: "UNPROCESSABLE", Message: "Update is not a fast forward"}
	}
	return nil
}

func (x *gqlRun) updateOneRef(r *repo, u gqlArgs) *apiError {
	name, after := u.text("name"), u.text("afterOid")
	_, exists := r.ref(name)
	switch {
	case after == zeroSHA && !exists:
		return nil
	case after == zeroSHA:
		return x.s.deleteRef(r, x.who, name)
	case !exists:
		return x.s.createRef(r, x.who, name, after)
	}
	return x.s.updateRef(r, x.who, name, after, u.yes("force"))
}

// mutateCommit commits files on a branch that is named by id, or by repository and name.
func mutateCommit(x *gqlRun, in gqlArgs) (gqlRecord, error) {
	f, err := x.branchOf(in.object("branch"))
	if err != nil {
		return nil, err
	}
	change, err := changeOf(in)
	if err != nil {
		return nil, err
	}
	sha, e := x.s.commitOnBranch(f.r, x.who, f.name, in.text("expectedHeadOid"), change)
	if e != nil {
		return nil, e
	}
	return gqlRecord{"commit": commitAt(f.r, sha), "ref": f}, nil
}

func (x *gqlRun) branchOf(b gqlArgs) (gqlRef, error) {
	if b.has("id") {
		return target(x, b, "id", "Ref", func(f gqlRef) *repo { return f.r })
	}
	owner, name, _ := strings.Cut(b.text("repositoryNameWithOwner"), "/")
	v, err := x.repository(owner, name, true)
	if err != nil {
		return gqlRef{}, err
	}
	r := v.(*repo)
	if err := x.mayChange(r); err != nil {
		return gqlRef{}, err
	}
	f, ok := branchRef(r, strings.TrimPrefix(b.text("branchName"), "refs/heads/")).(gqlRef)
	if !ok {
		return gqlRef{}, unresolved("Could not resolve to a branch with the name '" + b.text("branchName") + "'.")
	}
	return f, nil
}

// changeOf reads a commit's message and files; contents come as base64.
func changeOf(in gqlArgs) (changeInput, error) {
	message, files := in.object("message"), in.object("fileChanges")
	c := changeInput{message: message.text("headline"), additions: map[string][]byte{}}
	if body := message.text("body"); body != "" {
		c.message += "\n\n" + body
	}
	for _, a := range files.objects("additions") {
		b, err := base64.StdEncoding.DecodeString(a.text("contents"))
		if err != nil {
			return c, &gqlError{Type: "UNPROCESSABLE", Message: "contents of " + a.text("path") + " is not a valid Base64 string"}
		}
		c.additions[a.text("path")] = b
	}
	for _, d := range files.objects("deletions") {
		c.deletions = append(c.deletions, d.text("path"))
	}
	return c, nil
}

func mutateIssue(x *gqlRun, in gqlArgs) (gqlRecord, error) {
	r, err := x.targetRepo(in)
	if err != nil {
		return nil, err
	}
	i, e := x.s.createIssue(r, x.who, in.text("title"), in.text("body"))
	if e != nil {
		return nil, e
	}
	for _, id := range in.texts("labelIds") {
		l, err := target(x, argsOf(map[string]any{"id": id}), "id", "Label", func(l gqlLabel) *repo { return l.r })
		if err != nil {
			return nil, err
		}
		if e := x.s.addLabels(r, i.number, x.who, []string{l.name}); e != nil {
			return nil, e
		}
	}
	return gqlRecord{"issue": gqlIssue{r, i}}, nil
}
