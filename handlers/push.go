package handlers

import (
	"regexp"
	"slices"
	"strings"

	"github.com/pitcrew-app/pitcrew/rules"
)

// configPaths are the files by which a repository says what is wanted: our own, and CODEOWNERS where GitHub looks for it
// (https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners).
var configPaths = []string{".platform.yml", ".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"}

// orgPath is the organisation's file, in its repository .github.
const orgPath = ".platform.org.yml"

// maxPushed is how many commits a push lists at most
// (https://docs.github.com/en/webhooks/webhook-events-and-payloads#push).
const maxPushed = 2048

// push moves a branch that pull requests may merge into. Their own heads move by pull_request.synchronize. A branch that was
// just made or deleted governs nothing, unless it is one of those that last.
func push(r *reading) {
	r.happened(r.doc.time("repository.pushed_at"))
	ref, isBranch := strings.CutPrefix(r.doc.text("ref"), "refs/heads/")
	if !isBranch || ref == "" || r.repo == 0 {
		return
	}
	base, lasts := rules.BaseSubject(r.repo, ref), r.lasts(ref)
	touches := []rules.Fact{rules.FactBase}
	if r.pushed(configPaths...) && (lasts || !r.doc.flag("created") && !r.doc.flag("deleted")) {
		touches = append(touches, rules.FactConfig)
	}
	r.mark(base, touches...)
	if !lasts {
		return
	}
	r.about(base)
	r.shows.At, r.shows.Tip, r.shows.Was = r.doc.time("repository.pushed_at"), r.doc.sha("after"), r.doc.sha("before")
	if list := revertedBy(r.doc); len(list) > 0 {
		r.facts["reverted"] = list
	}
	if len(touches) > 1 {
		r.facts["config"] = true
		r.shows.Rules = true
		r.markRepo(rules.FactConfig)
	}
	isDefault := ref == r.doc.text("repository.default_branch")
	r.facts["default"] = isDefault
	if isDefault && r.doc.text("repository.name") == ".github" && r.pushed(orgPath) {
		r.facts["org_config"] = true
	}
}

// lasts says that a branch of this repository outlives a change: the default branch, and those that are called so. Only
// their names go into the log: any other was given by a person and may name one. A branch that is not told becomes due
// all the same.
func (r *reading) lasts(ref string) bool {
	return ref != "" && (ref == r.doc.text("repository.default_branch") || isLongLived.MatchString(strings.ToLower(ref)))
}

// isLongLived is for names made of nothing but the usual words for such branches and numbers: main, release/1.x, v2.
var isLongLived = regexp.MustCompile(`^` + branchWord + `([-._/]?` + branchWord + `)*$`)

// pushed says whether the push may have changed one of the paths. A branch that was moved elsewhere by force, made or
// deleted, or by more commits than are listed, may have changed anything.
func (r *reading) pushed(paths ...string) bool {
	commits := r.doc.objects("commits")
	if r.doc.flag("forced") || r.doc.flag("created") || r.doc.flag("deleted") || len(commits) >= maxPushed {
		return true
	}
	for _, commit := range commits {
		for _, list := range []string{"added", "removed", "modified"} {
			if slices.ContainsFunc(commit.texts(list), func(path string) bool { return slices.Contains(paths, path) }) {
				return true
			}
		}
	}
	return false
}

// mergeGroup is about the branch whose merge queue it stands in.
func mergeGroup(r *reading) {
	ref := strings.TrimPrefix(r.doc.text("merge_group.base_ref"), "refs/heads/")
	if ref == "" || r.repo == 0 {
		return
	}
	r.mark(rules.BaseSubject(r.repo, ref), rules.FactLine)
	if r.lasts(ref) {
		r.about(rules.BaseSubject(r.repo, ref))
	}
}

const branchWord = `(v?[0-9]+|x|main|master|trunk|head|dev|devel|develop|development|next|edge|nightly|canary|alpha|beta|rc|` +
	`stable|stage|staging|prod|production|live|deploy|env|release|releases|rel|version|versions|support|maintenance|maint|lts|` +
	`hotfix|hotfixes|qa|test|testing|integration|preview|preprod|uat|gh|pages|old)`
