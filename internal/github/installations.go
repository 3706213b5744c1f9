package github

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/google/go-github/v57/github"
)

// Installation is the App in the account of a user or an organisation.
type Installation struct {
	ID          int64
	Account     string
	Suspended   bool
	Permissions map[string]string // "contents": "write"
	Events      []string
}

// Repo is a repository that an installation covers.
type Repo struct {
	RepoRef
	DefaultBranch string
	Private       bool
	Archived      bool
	Fork          bool
}

// Installations lists where the App is installed, the suspended ones too.
// https://docs.github.com/en/rest/apps/apps#list-installations-for-the-authenticated-app
func (c *Client) Installations(ctx context.Context) ([]Installation, error) {
	var all []Installation
	for path := "app/installations?per_page=100"; path != ""; {
		r, err := c.read(ctx, 0, path)
		if err != nil {
			return nil, fmt.Errorf("list installations: %w", err)
		}
		var page []struct {
			github.Installation
			Permissions map[string]string `json:"permissions"` // as they come: the library knows only some
		}
		if err := json.Unmarshal(r.Body, &page); err != nil {
			return nil, fmt.Errorf("decode installations: %w", err)
		}
		for _, i := range page {
			all = append(all, Installation{
				ID: i.GetID(), Account: i.GetAccount().GetLogin(), Suspended: i.SuspendedAt != nil, Permissions: i.Permissions, Events: i.Events,
			})
		}
		path = r.next()
	}
	return all, nil
}

// Repositories lists the repositories of an installation. A list that changed while it was read may lack one, and is an error:
// who is missing from it is taken for removed.
// https://docs.github.com/en/rest/apps/installations#list-repositories-accessible-to-the-app-installation
func (c *Client) Repositories(ctx context.Context, inst int64) ([]Repo, error) {
	var all []Repo
	total := 0
	for path := "installation/repositories?per_page=100"; path != ""; {
		r, err := c.read(ctx, inst, path)
		if err != nil {
			return nil, fmt.Errorf("list repositories of installation %d: %w", inst, err)
		}
		var page github.ListRepositories
		if err := json.Unmarshal(r.Body, &page); err != nil {
			return nil, fmt.Errorf("decode repositories of installation %d: %w", inst, err)
		}
		if total != 0 && page.GetTotalCount() != total {
			return nil, fmt.Errorf("list repositories of installation %d: there were %d, and now there are %d", inst, total, page.GetTotalCount())
		}
		total = page.GetTotalCount()
		for _, repo := range page.Repositories {
			ref := RepoRef{Installation: inst, ID: repo.GetID(), Owner: repo.GetOwner().GetLogin(), Name: repo.GetName()}
			all = append(all, Repo{ref, repo.GetDefaultBranch(), repo.GetPrivate(), repo.GetArchived(), repo.GetFork()})
		}
		path = r.next()
	}
	if len(all) < total {
		return nil, fmt.Errorf("list repositories of installation %d: %d of %d were listed", inst, len(all), total)
	}
	return all, nil
}
