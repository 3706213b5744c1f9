package github

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"github.com/google/go-github/v57/github"
)

// A Client made from a Token reads for one person: a look at a pull request from a terminal, where no server and no
// private key are at hand. It has no installations (every id stands for the token), cannot tell which check runs are
// ours unless AppID says so, and sees of branch protection what the person may see. Nothing is ever written with it.

// personal puts a person's token on each request.
type personal struct {
	token string
	agent string
	next  http.RoundTripper
}

func (p personal) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Bearer "+p.token)
	r.Header.Set("User-Agent", p.agent)
	return p.next.RoundTrip(r)
}

func (c *Client) personalClient() (*github.Client, error) {
	base, err := url.Parse(c.opts.V3URL)
	if err != nil {
		return nil, fmt.Errorf("read address %q: %w", c.opts.V3URL, err)
	}
	client := github.NewClient(&http.Client{Timeout: callTimeout, Transport: personal{c.opts.Token, c.opts.UserAgent, c.opts.Transport}})
	client.BaseURL = base
	return client, nil
}

// Find finds a repository by its name. ErrGone: there is none, or it is not ours to see.
// https://docs.github.com/en/rest/apps/apps#get-a-repository-installation-for-the-authenticated-app
// https://docs.github.com/en/rest/repos/repos#get-a-repository
func (c *Client) Find(ctx context.Context, owner, name string) (RepoRef, error) {
	ref := RepoRef{Owner: owner, Name: name}
	if c.opts.Token == "" {
		var in github.Installation
		if err := c.get(ctx, 0, ref.path("installation"), &in); err != nil {
			return RepoRef{}, fmt.Errorf("find the installation for %s: %w", ref.FullName(), err)
		}
		ref.Installation = in.GetID()
	}
	var repo github.Repository
	if err := c.get(ctx, ref.Installation, "repos/"+owner+"/"+name, &repo); err != nil {
		return RepoRef{}, fmt.Errorf("find %s: %w", ref.FullName(), err)
	}
	ref.ID, ref.Owner, ref.Name = repo.GetID(), repo.GetOwner().GetLogin(), repo.GetName()
	return ref, nil
}
