package server

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/github"
	"github.com/pitcrew-app/pitcrew/internal/ledger"
	"github.com/pitcrew-app/pitcrew/rules"
)

// installationView is one installation of the App: how it stands, and what does not work there.
type installationView struct {
	ID           int64
	Account      string
	State        rules.State
	Word         string
	Repositories int
	Changed      moment // when it was last allowed more; zero: not known
	Lacks        []permissionView
	Has          []permissionView
	Settings     string // where an owner can mend it
}

// permissionView is a permission that the App asks for.
type permissionView struct {
	Name, Wants, Has string
	For              string // what needs it
}

// installations lists the installations, with what each has not granted and what does not work because of it.
func (p *Pages) installations(w http.ResponseWriter, r *http.Request) error {
	var v struct {
		Sentence string
		Rows     []installationView
	}
	var err error
	if v.Rows, err = p.installationViews(r.Context()); err != nil {
		return err
	}
	v.Sentence = installationsSentence(v.Rows)
	return render(w, http.StatusOK, "installations", sheet{Title: "Installations", Nav: "/health", Refresh: true, Body: v})
}

// keptInstallation is what webhooks and looks keep about an installation.
type keptInstallation struct {
	Account     string            `json:"account"`
	Kind        string            `json:"kind"`
	Suspended   bool              `json:"suspended"`
	Gone        bool              `json:"gone"`
	Permissions map[string]string `json:"permissions"`
	Changed     time.Time         `json:"changed"`
}

// installationViews are all that are still there, those that need a person first, then by account.
func (p *Pages) installationViews(ctx context.Context) ([]installationView, error) {
	docs, err := p.Log.Cursors(ctx, "installation:")
	if err != nil {
		return nil, err
	}
	covered, err := p.covered(ctx)
	if err != nil {
		return nil, err
	}
	var views []installationView
	for _, name := range slices.Sorted(maps.Keys(docs)) {
		var kept keptInstallation
		id, err := strconv.ParseInt(strings.TrimPrefix(name, "installation:"), 10, 64)
		if err != nil || json.Unmarshal([]byte(docs[name]), &kept) != nil || kept.Gone {
			continue
		}
		v := p.installationView(id, kept)
		v.Repositories = covered[id]
		views = append(views, v)
	}
	slices.SortStableFunc(views, func(a, b installationView) int {
		return cmp.Or(cmp.Compare(slices.Index(worstFirst, a.State), slices.Index(worstFirst, b.State)), strings.Compare(strings.ToLower(a.Account), strings.ToLower(b.Account)))
	})
	return views, nil
}

var worstFirst = []rules.State{rules.NeedsYou, rules.Stopped, rules.Done}

func (p *Pages) installationView(id int64, kept keptInstallation) installationView {
	v := installationView{ID: id, Account: kept.Account, State: rules.Done, Word: "has every permission", Changed: p.moment(kept.Changed)}
	v.Settings = fmt.Sprintf("%s/organizations/%s/settings/installations/%d", p.WebURL, kept.Account, id)
	if kept.Kind == "user" {
		v.Settings = fmt.Sprintf("%s/settings/installations/%d", p.WebURL, id)
	}
	lacks := github.Lacks(kept.Permissions)
	for _, want := range github.Permissions {
		view := permissionView{want.Name, want.Access, cmp.Or(kept.Permissions[want.Name], "nothing"), want.For}
		if slices.Contains(lacks, want) {
			v.Lacks = append(v.Lacks, view)
		} else {
			v.Has = append(v.Has, view)
		}
	}
	switch {
	case kept.Suspended:
		v.State, v.Word = rules.Stopped, "suspended"
	case len(lacks) > 0:
		v.State, v.Word = rules.NeedsYou, "lacks "+ledger.Count(len(lacks), "permission")
	}
	return v
}

// covered counts the repositories of each installation.
func (p *Pages) covered(ctx context.Context) (map[int64]int, error) {
	docs, err := p.Log.Cursors(ctx, "repo:")
	counts := map[int64]int{}
	for _, doc := range docs {
		var repo struct {
			Installation int64
			Gone         bool
		}
		if json.Unmarshal([]byte(doc), &repo) == nil && !repo.Gone {
			counts[repo.Installation]++
		}
	}
	return counts, err
}

func installationsSentence(views []installationView) string {
	lacking, suspended := 0, 0
	for _, v := range views {
		switch v.State {
		case rules.NeedsYou:
			lacking++
		case rules.Stopped:
			suspended++
		}
	}
	switch {
	case len(views) == 0:
		return "The App is installed nowhere yet."
	case lacking == 1:
		return fmt.Sprintf("%s has not granted everything that the App asks for; the rest works there all the same.", views[0].Account)
	case lacking > 1:
		return fmt.Sprintf("%d of %s have not granted everything that the App asks for; the rest works there all the same.", lacking, ledger.Count(len(views), "installation"))
	case suspended > 0:
		return fmt.Sprintf("%s suspended: nothing is done there until an owner ends that.", ledger.Count(suspended, "installation"))
	}
	return "Every installation has granted what the App asks for."
}
