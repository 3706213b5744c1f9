package github

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/pitcrew-app/pitcrew/config"
	"github.com/pitcrew-app/pitcrew/rules"
)

// The names of the files that are ours.
const (
	configName = rules.ConfigName
	orgName    = rules.OrgConfigName
	orgRepo    = ".github"
)

// body is the text of a blob, or why it has none.
type body struct {
	text []byte
	bad  string
}

// wanted is a blob by its repository and id.
type wanted struct{ owner, name, oid string }

// blobKey is a blob as one installation may read it. An id alone is no right to its body: a repository can name any id, of a
// submodule for instance, that another installation's file has.
type blobKey struct {
	inst int64
	oid  string
}

// bodiesAtOnce bounds a query for bodies; each may be half a megabyte.
const bodiesAtOnce = 40

// maxKept bounds a body in the cache, in bytes: what is larger is no configuration.
const maxKept = 128 << 10

// load makes sure that the bodies of blobs are in the returned map, by id, from the cache or by one query. Empty ids are
// passed over.
func (c *Client) load(ctx context.Context, inst int64, blobs ...wanted) (map[string]body, error) {
	have := map[string]body{}
	var missing []wanted
	for _, w := range blobs {
		if b, ok := c.bodies.get(blobKey{inst, w.oid}); ok {
			have[w.oid] = b
		} else if _, asked := have[w.oid]; !asked && w.oid != "" {
			have[w.oid] = body{}
			missing = append(missing, w)
		}
	}
	for part := range slices.Chunk(missing, bodiesAtOnce) {
		if err := c.loadPart(ctx, inst, part, have); err != nil {
			return nil, err
		}
	}
	return have, nil
}

func (c *Client) loadPart(ctx context.Context, inst int64, blobs []wanted, have map[string]body) error {
	var head, fields strings.Builder
	vars := map[string]any{}
	for i, w := range blobs {
		fmt.Fprintf(&head, "$o%d:String!,$r%d:String!,$b%d:GitObjectID!,", i, i, i)
		fmt.Fprintf(&fields, "\nr%d:repository(owner:$o%d,name:$r%d%s){object(oid:$b%d){...blob}}", i, i, i, sameName, i)
		vars[fmt.Sprintf("o%d", i)], vars[fmt.Sprintf("r%d", i)], vars[fmt.Sprintf("b%d", i)] = w.owner, w.name, w.oid
	}
	text := withFragments("query Bodies(" + strings.TrimSuffix(head.String(), ",") + "){" + fields.String() + "\n}")
	var out map[string]struct {
		Object *struct {
			Typename              string `json:"__typename"`
			Text                  *string
			IsBinary, IsTruncated bool
		}
	}
	if _, err := c.query(ctx, inst, text, vars, &out, nil); err != nil {
		return fmt.Errorf("load bodies of %d files: %w", len(blobs), err)
	}
	for i, w := range blobs {
		o := out[fmt.Sprintf("r%d", i)].Object
		b := body{}
		switch {
		case o == nil:
			return fmt.Errorf("load body of %s: %w", w.oid, ErrGone)
		case o.Typename != "Blob":
			b.bad = "is no file"
		case o.IsBinary || o.Text == nil:
			b.bad = "is no text"
		case o.IsTruncated:
			b.bad = "is too large"
		default:
			b.text = []byte(*o.Text)
		}
		have[w.oid] = b
		if len(b.text) <= maxKept {
			c.bodies.put(blobKey{inst, w.oid}, b)
		}
	}
	return nil
}

// governs is what a configuration is read from: ids of blobs, empty where a file is absent, and why the organisation's file
// is unknown.
type governs struct {
	repo    rules.Repo
	file    string
	org     string
	unknown string
	owners  string
}

// configOf reads what governs a base: its own file or the default branch's, and the organisation's. It gives CODEOWNERS too.
func (c *Client) configOf(ctx context.Context, g governs) (rules.Config, *rules.Owners, error) {
	cfg, owners, err := c.composed(ctx, g)
	if err == nil && g.org != "" && c.SawOrg != nil {
		c.SawOrg(g.repo.Owner)
	}
	return cfg, owners, err
}

// composed puts a configuration together from its files, which may be such as somebody only proposes.
func (c *Client) composed(ctx context.Context, g governs) (rules.Config, *rules.Owners, error) {
	bodies, err := c.load(ctx, g.repo.Installation,
		wanted{g.repo.Owner, g.repo.Name, g.file}, wanted{g.repo.Owner, g.repo.Name, g.owners}, wanted{g.repo.Owner, orgRepo, g.org})
	if err != nil {
		return rules.Config{}, nil, err
	}
	cfg := rules.Config{Unknown: g.unknown}
	if g.file != "" {
		cfg.Blob = g.file
		read := c.fileOf(g.file, bodies[g.file])
		cfg.File, cfg.Problems, cfg.Observe = read.file, slices.Clone(read.problems), read.file.Observe
	}
	if g.org != "" {
		cfg.Org = g.org
		read := c.orgOf(g.org, bodies[g.org])
		cfg.Problems = append(cfg.Problems, read.problems...)
		cfg.Observe = stricter(cfg.Observe, read.file.Observe)
		cfg.File = read.file.Govern(cfg.File, g.repo.Name)
	}
	return cfg, c.ownersOf(g.owners, bodies[g.owners]), nil
}

func (c *Client) fileOf(oid string, b body) readFile {
	read, ok := c.files.get(oid)
	if !ok {
		read.file, read.problems = config.Read(configName, b.text)
		if b.bad != "" {
			read.problems = []config.Problem{unreadableFile(configName, b.bad)}
		}
		c.files.put(oid, read)
	}
	return read
}

func (c *Client) orgOf(oid string, b body) readOrg {
	read, ok := c.orgs.get(oid)
	if !ok {
		read.file, read.problems = config.ReadOrg(orgName, b.text, rules.Forms)
		if b.bad != "" {
			read.problems = []config.Problem{unreadableFile(orgName, b.bad)}
		}
		c.orgs.put(oid, read)
	}
	return read
}

// applies reports whether the organisation's file turns something on in a repository that has no file of its own.
func (c *Client) applies(ctx context.Context, ref RepoRef, org *orgReply) (bool, error) {
	if org == nil || org.Object == nil {
		return false, nil
	}
	oid := org.Object.OID
	bodies, err := c.load(ctx, ref.Installation, wanted{ref.Owner, orgRepo, oid})
	if err != nil {
		return false, err
	}
	return c.orgOf(oid, bodies[oid]).file.Applies(ref.Name), nil
}

// ownersOf is nil where there is no CODEOWNERS. One that is no text owns nothing, as GitHub has it.
func (c *Client) ownersOf(oid string, b body) *rules.Owners {
	if oid == "" {
		return nil
	}
	owners, ok := c.owners.get(oid)
	if !ok {
		owners = rules.ParseOwners(string(b.text))
		c.owners.put(oid, owners)
	}
	return owners
}

func unreadableFile(name, why string) config.Problem {
	return config.Problem{File: name, Line: 1, Column: 1, Message: "the file " + why, Hint: "write it as YAML of at most 64 KiB", Level: config.Error}
}

// stricter is the one that writes less.
func stricter(a, b config.Observe) config.Observe {
	order := []config.Observe{config.ObserveNo, config.ObserveCheck, config.ObserveYes}
	if slices.Index(order, a) > slices.Index(order, b) {
		return a
	}
	return b
}

// orgReply is the answer about the organisation's file.
type orgReply struct{ Object *object }

// organisation gives the id of the organisation's file, and why it is unknown: it was read before and cannot be found now,
// or may not be read.
func (c *Client) organisation(owner string, org *orgReply, facts []graphError) (oid, unknown string) {
	if org != nil {
		if org.Object != nil {
			return org.Object.OID, ""
		}
		return "", ""
	}
	for _, e := range facts {
		if e.first() == "org" && e.Type != "NOT_FOUND" {
			return "", fmt.Sprintf("%s/%s cannot be read: %s", owner, orgRepo, e.Message)
		}
	}
	if c.SeenOrg != nil && c.SeenOrg(owner) {
		return "", fmt.Sprintf("%s was read in %s/%s before and cannot be found now", orgName, owner, orgRepo)
	}
	return "", ""
}
