package handlers

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/rules"
)

// The registry is which repositories and installations there are, and how they are called now. It is kept in cursors,
// "repo:ID" and "installation:ID", of which only the newest value stays. Nearly every payload has the whole repository,
// so each writes it anew: what changed need not be told, and a rename is known with the first delivery after it. A
// delivery that comes late writes nothing there; where one that does not say when it happened writes an older name, the
// sweep, which lists what GitHub has, puts it right.

// repoEntry is the value of "repo:ID". Lists of repositories in events about installations tell neither the default
// branch nor whether it is archived.
type repoEntry struct {
	Installation  int64  `json:"installation"`
	Owner         string `json:"owner"`
	Name          string `json:"name"`
	DefaultBranch string `json:"default_branch,omitempty"`
	Private       bool   `json:"private"`
	Archived      bool   `json:"archived"`
	Gone          bool   `json:"gone,omitempty"` // deleted, or no longer in the installation
}

// installationEntry is the value of "installation:ID".
type installationEntry struct {
	Account     string            `json:"account"`
	AccountID   int64             `json:"account_id"`
	Kind        string            `json:"kind"`                // organization or user
	Selection   string            `json:"selection,omitempty"` // all or selected
	Suspended   bool              `json:"suspended,omitempty"`
	Gone        bool              `json:"gone,omitempty"`
	Permissions map[string]string `json:"permissions,omitempty"` // read, write or admin by name
	Changed     time.Time         `json:"changed,omitzero"`      // when it was last allowed what it was not before
}

// isOwnerName is what GitHub allows for the owner and the name of a repository, which end up in addresses.
var isOwnerName = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,100}$`)

// register writes the repository of the payload into the registry.
func (r *reading) register() {
	if repo := r.doc.object("repository"); repo != nil && r.told.Installation != 0 {
		gone := r.event == "repository" && r.action == "deleted"
		r.registerRepo(repo, gone)
	}
}

// registerRepo gives the id under which repo was registered, 0 if it was not.
func (r *reading) registerRepo(repo object, gone bool) int64 {
	id := repo.id("id")
	owner, name, _ := strings.Cut(repo.text("full_name"), "/")
	if id == 0 || !isOwnerName.MatchString(owner) || !isOwnerName.MatchString(name) {
		return 0
	}
	r.cursor(fmt.Sprintf("repo:%d", id), repoEntry{
		Installation: r.told.Installation, Owner: owner, Name: name, DefaultBranch: repo.text("default_branch"),
		Private: repo.flag("private"), Archived: repo.flag("archived"), Gone: gone,
	})
	return id
}

func (r *reading) cursor(name string, value any) {
	doc, err := json.Marshal(value)
	if err != nil {
		r.err = fmt.Errorf("cursor %s: %w", name, err)
		return
	}
	if r.out.Cursors == nil {
		r.out.Cursors = map[string]string{}
	}
	r.out.Cursors[name] = string(doc)
}

// herdGap spreads the first looks at repositories that were added, of which there may be thousands.
const herdGap = 200 * time.Millisecond

// installation: created, deleted, suspended, unsuspended, or its permissions accepted. What it covers is read by the look at it.
func installation(r *reading) {
	inst := r.doc.object("installation")
	if r.told.Installation == 0 {
		return
	}
	entry := installationEntry{
		Account: inst.text("account.login"), AccountID: inst.id("account.id"), Kind: word(inst.text("account.type")),
		Selection: word(inst.text("repository_selection")), Suspended: r.action == "suspend" || r.action != "unsuspend" && inst.has("suspended_at"),
		Gone: r.action == "deleted", Permissions: permissions(inst.object("permissions")),
	}
	if !entry.Gone && !entry.Suspended {
		entry.Changed = r.received
	}
	r.cursor(fmt.Sprintf("installation:%d", r.told.Installation), entry)
	r.repositories("repositories", entry.Gone)
	r.mark(rules.InstallationSubject(r.told.Installation), rules.FactConfig)
}

// installationRepositories: some were added or removed.
func installationRepositories(r *reading) {
	for i, id := range r.repositories("repositories_added", false) {
		r.out.Marks = append(r.out.Marks, eventlog.Mark{
			Subject: rules.RepoSubject(id), At: r.received.Add(time.Duration(i) * herdGap), Touches: names([]rules.Fact{rules.FactConfig}),
		})
	}
	r.repositories("repositories_removed", true)
}

// repositories registers a list of repositories and gives their ids.
func (r *reading) repositories(path string, gone bool) []int64 {
	var ids []int64
	if r.told.Installation == 0 {
		return nil
	}
	for _, repo := range r.doc.objects(path) {
		if id := r.registerRepo(repo, gone); id != 0 {
			ids = append(ids, id)
		}
	}
	return ids
}

func permissions(granted object) map[string]string {
	out := map[string]string{}
	for _, f := range granted {
		if access := word(f.text()); access != "" && word(f.name) != "" {
			out[f.name] = access
		}
	}
	return out
}
