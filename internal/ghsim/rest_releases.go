package ghsim

import (
	"fmt"
	"net/http"
	"strings"
)

// releaseInput is a release to be made.
type releaseInput struct {
	Tag        string `json:"tag_name"`
	Target     string `json:"target_commitish"`
	Name       string `json:"name"`
	Body       string `json:"body"`
	Draft      bool   `json:"draft"`
	Prerelease bool   `json:"prerelease"`
}

// createRelease publishes a release, and makes its tag where there is none; a draft makes no tag and announces nothing.
// https://docs.github.com/rest/releases/releases#create-a-release
func (s *Sim) createRelease(r *repo, who *caller, in releaseInput) (*release, *apiError) {
	if in.Tag == "" || !goodRef("refs/tags/"+in.Tag) {
		return nil, validation("Release", fieldError{Code: "missing_field", Field: "tag_name"})
	}
	for _, x := range r.releases {
		if x.tag == in.Tag && !x.draft {
			return nil, validation("Release", fieldError{Code: "already_exists", Field: "tag_name"})
		}
	}
	target := orDefault(in.Target, r.defaultBranch)
	sha := orDefault(r.branches[target], target)
	if _, err := r.git.commit(sha); err != nil {
		return nil, validation("Release", fieldError{Code: "invalid", Field: "target_commitish"})
	}
	x := &release{id: s.id(), tag: in.Tag, target: target, name: in.Name, body: in.Body, draft: in.Draft, prerelease: in.Prerelease,
		author: who.actor(), created: s.now()}
	if !in.Draft {
		x.published = s.now()
		if r.tags[in.Tag] == "" {
			if e := s.createRef(r, who, "refs/tags/"+in.Tag, sha); e != nil {
				return nil, e
			}
		}
	}
	r.releases = append(r.releases, x)
	actions := []string{"created", "published", "released"}
	switch {
	case x.draft:
		actions = nil
	case x.prerelease:
		actions[2] = "prereleased"
	}
	for _, a := range actions {
		s.releaseEvent(r, x, a, who.actor())
	}
	return x, nil
}

// releaseEdit changes a release; nil fields stay.
type releaseEdit struct {
	Tag        *string `json:"tag_name"`
	Target     *string `json:"target_commitish"`
	Name       *string `json:"name"`
	Body       *string `json:"body"`
	Draft      *bool   `json:"draft"`
	Prerelease *bool   `json:"prerelease"`
}

// editRelease changes a release. A draft that becomes one no longer is published as if it were new.
// https://docs.github.com/rest/releases/releases#update-a-release
func (s *Sim) editRelease(r *repo, x *release, who *caller, in releaseEdit) *apiError {
	set := func(to, from *string) {
		if from != nil {
			*to = *from
		}
	}
	if in.Tag != nil && !goodRef("refs/tags/"+*in.Tag) {
		return validation("Release", fieldError{Code: "missing_field", Field: "tag_name"})
	}
	set(&x.tag, in.Tag)
	set(&x.target, in.Target)
	set(&x.name, in.Name)
	set(&x.body, in.Body)
	if in.Prerelease != nil {
		x.prerelease = *in.Prerelease
	}
	if x.draft && in.Draft != nil && !*in.Draft {
		x.draft, x.published = false, s.now()
		if r.tags[x.tag] == "" {
			if e := s.createRef(r, who, "refs/tags/"+x.tag, orDefault(r.branches[x.target], x.target)); e != nil {
				return e
			}
		}
		s.releaseEvent(r, x, "published", who.actor())
		s.releaseEvent(r, x, map[bool]string{true: "prereleased", false: "released"}[x.prerelease], who.actor())
		return nil
	}
	if !x.draft {
		s.emit("release", "edited", r, who.actor(), object{"release": s.releaseJSON(r, x), "changes": object{}})
	}
	return nil
}

func patchRelease(q *request) (int, any, *apiError) {
	var in releaseEdit
	if e := q.decode(&in); e != nil {
		return 0, nil, e
	}
	for _, x := range q.visible() {
		if x.id == q.id() {
			if e := q.s.editRelease(q.repo, x, q.who, in); e != nil {
				return 0, nil, e
			}
			return q.releaseOr404(x)
		}
	}
	return 0, nil, notFound()
}

// postNotes lists the pull requests that were merged between two tags, as GitHub words it.
// https://docs.github.com/rest/releases/releases#generate-release-notes-content-for-a-release
func postNotes(q *request) (int, any, *apiError) {
	var in struct {
		Tag      string `json:"tag_name"`
		Target   string `json:"target_commitish"`
		Previous string `json:"previous_tag_name"`
	}
	if e := q.decode(&in); e != nil {
		return 0, nil, e
	}
	if in.Tag == "" {
		return 0, nil, validation("Release", fieldError{Code: "missing_field", Field: "tag_name"})
	}
	target := orDefault(in.Target, q.repo.defaultBranch)
	tip := orDefault(q.repo.tags[in.Tag], orDefault(q.repo.branches[target], target))
	since := q.repo.git.between(q.repo.tags[in.Previous], tip)
	var b strings.Builder
	b.WriteString("## What's Changed\n")
	for _, p := range q.repo.pulls {
		if p.merged() && contains(since, p.mergeCommit) {
			fmt.Fprintf(&b, "* %s by @%s in %s/%s/pull/%d\n", p.title, p.author.login, q.s.base, q.repo.fullName(), p.number)
		}
	}
	full := "commits/" + in.Tag
	if in.Previous != "" {
		full = "compare/" + in.Previous + "..." + in.Tag
	}
	fmt.Fprintf(&b, "\n\n**Full Changelog**: %s/%s/%s", q.s.base, q.repo.fullName(), full)
	return done(object{"name": in.Tag, "body": b.String()}, nil)
}

// latestRelease is the newest by the time of its commit's release that is neither draft nor prerelease; nil if there is none.
func (r *repo) latestRelease() *release {
	var best *release
	for _, x := range r.releases {
		if !x.draft && !x.prerelease && (best == nil || !x.created.Before(best.created)) {
			best = x
		}
	}
	return best
}

// visible: drafts are seen by those who may write.
func (q *request) visible() []*release {
	var all []*release
	for i := len(q.repo.releases) - 1; i >= 0; i-- {
		x := q.repo.releases[i]
		if !x.draft || q.who.user == nil && q.who.has("contents", "write") || q.who.user != nil && q.s.mayWrite(q.who.user, q.repo) {
			all = append(all, x)
		}
	}
	return all
}

func (q *request) releaseOr404(x *release) (int, any, *apiError) {
	if x == nil {
		return 0, nil, notFound()
	}
	return done(q.s.releaseJSON(q.repo, x), nil)
}

func listReleases(q *request) (int, any, *apiError) {
	return done(list(page(q, q.visible()), func(x *release) object { return q.s.releaseJSON(q.repo, x) }), nil)
}

func getLatestRelease(q *request) (int, any, *apiError) {
	return q.releaseOr404(q.repo.latestRelease())
}

func getReleaseByTag(q *request) (int, any, *apiError) {
	for _, x := range q.repo.releases {
		if x.tag == q.vars["tag"] && !x.draft {
			return q.releaseOr404(x)
		}
	}
	return 0, nil, notFound()
}

func getRelease(q *request) (int, any, *apiError) {
	for _, x := range q.visible() {
		if x.id == q.id() {
			return q.releaseOr404(x)
		}
	}
	return 0, nil, notFound()
}

func postRelease(q *request) (int, any, *apiError) {
	var in releaseInput
	if e := q.decode(&in); e != nil {
		return 0, nil, e
	}
	x, e := q.s.createRelease(q.repo, q.who, in)
	if e != nil {
		return 0, nil, e
	}
	return http.StatusCreated, q.s.releaseJSON(q.repo, x), nil
}
