package engine

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/rules"
)

// Place is where merging can be paused: a repository, or an organisation with all repositories of its installation.
type Place struct {
	Subject      rules.Subject
	Installation int64
	Name         string // owner/name, or the organisation's
}

// Org says that the place is a whole organisation.
func (p Place) Org() bool { return p.Subject.Kind() == rules.KindInstall }

// RepoPlace is a repository as a place.
func RepoPlace(id, installation int64, name string) Place {
	return Place{rules.RepoSubject(id), installation, name}
}

// Places are all repositories and organisations that pitcrew knows and that have not gone, by name.
func Places(ctx context.Context, log *eventlog.DB) ([]Place, error) {
	installs, err := each[InstallInfo](ctx, log, installPrefix)
	if err != nil {
		return nil, err
	}
	repos, err := each[RepoInfo](ctx, log, repoPrefix)
	if err != nil {
		return nil, err
	}
	var all []Place
	for id, i := range installs {
		if !i.Gone && i.Account != "" {
			all = append(all, Place{rules.InstallationSubject(id), id, i.Account})
		}
	}
	for id, r := range repos {
		if !r.Gone && !installs[r.Installation].Gone {
			all = append(all, RepoPlace(id, r.Installation, r.Owner+"/"+r.Name))
		}
	}
	slices.SortFunc(all, func(a, b Place) int { return strings.Compare(a.Name, b.Name) })
	return all, nil
}

// UnknownPlaceError says that nothing is called so.
type UnknownPlaceError struct {
	Name  string
	Known []string // some that are
}

func (e UnknownPlaceError) Error() string {
	return fmt.Sprintf("pitcrew knows no repository and no organisation %q", e.Name)
}

// Hint says what can be done.
func (e UnknownPlaceError) Hint() string {
	if len(e.Known) == 0 {
		return "it knows none yet: the first webhook of an installation tells it"
	}
	return "it knows " + strings.Join(e.Known, ", ")
}

// suggested is how many names an UnknownPlaceError gives.
const suggested = 8

// FindPlace is the repository or the organisation of that name, in whatever case it is written; on GitHub that is the same name.
func FindPlace(ctx context.Context, log *eventlog.DB, name string) (Place, error) {
	all, err := Places(ctx, log)
	if err != nil {
		return Place{}, err
	}
	owner, _, _ := strings.Cut(strings.ToLower(name), "/")
	unknown := UnknownPlaceError{Name: name}
	for _, p := range all {
		if strings.EqualFold(p.Name, name) {
			return p, nil
		}
		known := strings.ToLower(p.Name)
		if len(unknown.Known) < suggested && (p.Org() || strings.HasPrefix(known, owner+"/")) {
			unknown.Known = append(unknown.Known, p.Name)
		}
	}
	return Place{}, unknown
}
