package ghsim

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// refCommand is one line of a push: a ref with what the client takes for its value and what it shall become.
type refCommand struct {
	ref, old, new string // old and new are "" for no object
	commit        string // what new stands for: a tag's commit; "" where new is ""
	refusal       string // "" or why not, as git shows it in brackets
}

// push is a parsed request to git-receive-pack.
type push struct {
	commands     []*refCommand
	capabilities []string
	pack         []byte
	remote       []string // lines that git shows after "remote: "
}

// receiveCapabilities are those of GitHub that the Sim keeps.
const receiveCapabilities = "report-status delete-refs side-band-64k quiet atomic ofs-delta object-format=sha1 agent=git/ghsim"

func (s *Sim) serveReceive(q *gitRequest, body []byte) {
	if q.advertisement {
		q.reply(q.repo.advertised())
		return
	}
	p, err := parsePush(body)
	if err != nil {
		q.say(400, err.Error())
		return
	}
	if len(p.commands) == 0 { // git asks so whether it may, before it sends a long pack
		q.reply(nil)
		return
	}
	q.reply(p.report(s.receive(q, p)))
}

// advertised lists branches and tags for a push; the refs of pull requests are hidden from it.
func (r *repo) advertised() []byte {
	refs := map[string]string{}
	for b, sha := range r.branches {
		refs["refs/heads/"+b] = sha
	}
	for t, sha := range r.tags {
		refs["refs/tags/"+t] = orDefault(r.tagObjects[t], sha)
	}
	if len(refs) == 0 {
		refs["capabilities^{}"] = zeroSHA
	}
	var b strings.Builder
	for i, ref := range sortedKeys(refs) {
		line := refs[ref] + " " + ref
		if i == 0 {
			line += "\x00" + receiveCapabilities
		}
		b.WriteString(pktLine(line + "\n"))
	}
	return []byte(b.String() + "0000")
}

func parsePush(body []byte) (*push, error) {
	p := &push{}
	for {
		if len(body) < 4 {
			return nil, errors.New("push: the list of refs has no end")
		}
		n, err := strconv.ParseUint(string(body[:4]), 16, 32)
		if err != nil || n != 0 && n < 4 || int(n) > len(body) {
			return nil, fmt.Errorf("push: bad length %q", body[:4])
		}
		if n == 0 {
			p.pack = body[4:]
			return p, nil
		}
		line, capabilities, first := strings.Cut(string(body[4:n]), "\x00")
		if first {
			p.capabilities = strings.Fields(capabilities)
		}
		body = body[n:]
		f := strings.Fields(line)
		if len(f) != 3 {
			return nil, fmt.Errorf("push: bad command %q", line)
		}
		p.commands = append(p.commands, &refCommand{old: present(f[0]), new: present(f[1]), ref: f[2]})
	}
}

func present(sha string) string {
	if sha == zeroSHA {
		return ""
	}
	return sha
}

// receive judges and applies a push; the error is that of the objects as a whole. Objects stay in quarantine until something of
// the push is accepted, as git does: what was refused does not exist.
func (s *Sim) receive(q *gitRequest, p *push) error {
	quarantine, err := os.MkdirTemp(s.dir, "incoming-")
	if err != nil {
		return s.internal(err)
	}
	defer os.RemoveAll(quarantine)
	if err := q.disk.unpack(quarantine, p.pack); err != nil {
		for _, c := range p.commands {
			c.refusal = "unpacker error"
		}
		return err
	}
	accepted := 0
	for _, c := range p.commands {
		if c.refusal = s.judge(q, p, c, quarantine); c.refusal == "" {
			accepted++
		}
	}
	if accepted < len(p.commands) && contains(p.capabilities, "atomic") {
		p.refuseRest("atomic push failure")
		accepted = 0
	}
	if accepted == 0 {
		return nil
	}
	if err := q.disk.adopt(quarantine); err != nil {
		return s.internal(err)
	}
	s.apply(q, p)
	return nil
}

func (p *push) refuseRest(why string) {
	for _, c := range p.commands {
		if c.refusal == "" {
			c.refusal = why
		}
	}
}

// apply moves the refs that were accepted.
func (s *Sim) apply(q *gitRequest, p *push) {
	tags := 0
	for _, c := range p.commands {
		if c.refusal == "" && strings.HasPrefix(c.ref, "refs/tags/") {
			tags++
		}
	}
	for _, c := range p.commands {
		if c.refusal != "" {
			continue
		}
		if tag, ok := strings.CutPrefix(c.ref, "refs/tags/"); ok {
			c.refusal = said(s.pushTag(q.repo, q.who, tag, c, tags <= maxTagEvents))
			continue
		}
		c.refusal = said(s.setRef(q.repo, q.who, c.ref, c.commit))
		if branch := strings.TrimPrefix(c.ref, "refs/heads/"); c.refusal == "" && c.old == "" && branch != q.repo.defaultBranch {
			p.remote = append(p.remote, "", "Create a pull request for '"+branch+"' on GitHub by visiting:",
				"     "+usedAddress(q.r)+"/"+q.repo.fullName()+"/pull/new/"+branch, "")
		}
	}
}

func said(e *apiError) string {
	if e == nil {
		return ""
	}
	return e.Message
}

// maxTagEvents: when more tags are pushed at once, GitHub announces none of them.
// https://docs.github.com/webhooks/webhook-events-and-payloads#push
const maxTagEvents = 3

// pushTag moves a tag; an annotated tag keeps its object beside the commit that it stands for.
func (s *Sim) pushTag(r *repo, who *caller, tag string, c *refCommand, announce bool) *apiError {
	if err := r.git.setRef(c.ref, c.new); err != nil {
		return s.internal(err)
	}
	before := r.tags[tag]
	delete(r.tags, tag)
	delete(r.tagObjects, tag)
	if c.new != "" {
		r.tags[tag] = c.commit
	}
	if c.new != c.commit {
		if r.tagObjects == nil {
			r.tagObjects = map[string]string{}
		}
		r.tagObjects[tag] = c.new
	}
	if announce {
		s.tagEvents(r, tag, before, c.commit, who.actor())
	}
	return nil
}

// judge says why one ref may not move, "" if it may.
func (s *Sim) judge(q *gitRequest, p *push, c *refCommand, quarantine string) string {
	r := q.repo
	branch, isBranch := strings.CutPrefix(c.ref, "refs/heads/")
	tag, isTag := strings.CutPrefix(c.ref, "refs/tags/")
	switch {
	case strings.HasPrefix(c.ref, "refs/pull/"):
		return "deny updating a hidden ref"
	case !isBranch && !isTag:
		return s.notSimulated(422, "push to %s", c.ref).Message
	case !goodRef(c.ref):
		return "funny refname"
	case c.new == "" && isBranch && branch == r.defaultBranch:
		p.remote = append(p.remote, "error: refusing to delete the current branch: "+c.ref)
		return "refusing to delete the current branch: " + c.ref
	}
	now := r.branches[branch]
	if isTag {
		now = orDefault(r.tagObjects[tag], r.tags[tag])
	}
	if now != c.old {
		p.remote = append(p.remote, fmt.Sprintf("error: cannot lock ref '%s': is at %s but expected %s", c.ref, orDefault(now, zeroSHA), orDefault(c.old, zeroSHA)))
		return "failed to update ref"
	}
	if c.new != "" {
		out, err := q.disk.inQuarantine(quarantine, nil, "rev-parse", "--verify", "--quiet", c.new+"^{commit}")
		if err != nil {
			return "bad pack"
		}
		c.commit = strings.TrimSpace(out)
	}
	if isTag {
		return ""
	}
	return s.judgeBranch(q, p, c, branch, quarantine)
}

func (s *Sim) judgeBranch(q *gitRequest, p *push, c *refCommand, branch, quarantine string) string {
	r := q.repo
	if u := q.who.user; u != nil && !s.mayWrite(u, r) && !contains(s.lentBranches(u, r), branch) {
		return "permission denied"
	}
	if c.new != "" {
		if e := s.mayTouchWorkflows(q.who, q.disk.touched(quarantine, orDefault(c.old, r.branches[r.defaultBranch]), c.new)); e != nil {
			return e.Message
		}
	}
	if c.old == "" {
		return "" // what protects a branch holds from its creation on
	}
	forced := c.new == ""
	if !forced {
		_, err := q.disk.inQuarantine(quarantine, nil, "merge-base", "--is-ancestor", c.old, c.new)
		forced = err != nil
	}
	e := s.mayPush(r, q.who, c.ref, forced)
	if e == nil {
		return ""
	}
	if strings.HasPrefix(e.Message, "Repository rule violations") {
		p.remote = append(p.remote, "error: GH013: Repository rule violations found for "+c.ref+".",
			"Review all repository rules at "+usedAddress(q.r)+"/"+r.fullName()+"/rules?ref="+url.QueryEscape(c.ref), "")
		p.remote = append(p.remote, "- Changes must be made through a pull request.", "")
		return "push declined due to repository rule violations"
	}
	p.remote = append(p.remote, "error: GH006: Protected branch update failed for "+c.ref+".", "")
	for _, why := range s.protectionWords(r, q.who, branch, c.new == "", forced) {
		p.remote = append(p.remote, "- "+why)
	}
	return "protected branch hook declined"
}

// protectionWords are GitHub's sentences for a push that classic protection refuses.
// https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/managing-protected-branches/about-protected-branches
func (s *Sim) protectionWords(r *repo, who *caller, branch string, deleting, forced bool) []string {
	c := s.requirements(r, branch).classic
	var words []string
	add := func(on bool, text string) {
		if on {
			words = append(words, text)
		}
	}
	add(deleting, "Cannot delete this branch")
	add(forced && !deleting, "Cannot force-push to this branch")
	add(c.locked, "Cannot change this locked branch")
	add(c.reviews, "Changes must be made through a pull request.")
	add(c.limited && !contains(c.restrict, who.actor()), "You're not authorized to push to this branch. Visit https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/managing-protected-branches/about-protected-branches for more information.")
	switch n := len(c.checks); {
	case n == 1:
		words = append(words, fmt.Sprintf("Required status check %q is expected.", c.checks[0].context))
	case n > 1:
		words = append(words, fmt.Sprintf("%d of %d required status checks are expected.", n, n))
	}
	return words
}

// report is what git is told: in report-status form, and through bands where the client can.
// https://git-scm.com/docs/pack-protocol#_report_status
func (p *push) report(unpacked error) []byte {
	word := "ok"
	if unpacked != nil {
		word = strings.ReplaceAll(unpacked.Error(), "\n", " ")
	}
	status := pktLine("unpack " + word + "\n")
	for _, c := range p.commands {
		if c.refusal == "" {
			status += pktLine("ok " + c.ref + "\n")
		} else {
			status += pktLine("ng " + c.ref + " " + c.refusal + "\n")
		}
	}
	status += "0000"
	if !contains(p.capabilities, "side-band-64k") {
		return []byte(status)
	}
	var out strings.Builder
	for _, line := range p.remote {
		out.WriteString(pktLine("\x02" + line + "\n"))
	}
	const band = 65000
	for rest := status; rest != ""; {
		n := min(len(rest), band)
		out.WriteString(pktLine("\x01" + rest[:n]))
		rest = rest[n:]
	}
	return []byte(out.String() + "0000")
}

// inQuarantine runs git with new objects going to a directory of their own, above those of the repository.
func (d *gitDisk) inQuarantine(dir string, stdin []byte, args ...string) (string, error) {
	cmd := exec.Command("git", append([]string{"--git-dir=" + d.dir}, args...)...)
	cmd.Env = append(gitEnviron(), "GIT_OBJECT_DIRECTORY="+dir, "GIT_ALTERNATE_OBJECT_DIRECTORIES="+filepath.Join(d.dir, "objects"))
	cmd.Stdin = bytes.NewReader(stdin)
	var out, errOut bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errOut
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("git %s: %w: %s", args[0], err, strings.TrimSpace(errOut.String()))
	}
	return out.String(), nil
}

// unpack stores the objects of a pack loose in dir; every object that they name must exist.
func (d *gitDisk) unpack(dir string, pack []byte) error {
	if len(pack) == 0 {
		return nil
	}
	_, err := d.inQuarantine(dir, pack, "unpack-objects", "-q", "--strict")
	return err
}

// touched are the paths that a push changes.
func (d *gitDisk) touched(quarantine, from, to string) []string {
	if from == "" {
		from = emptyTree
	}
	out, err := d.inQuarantine(quarantine, nil, "diff", "--name-only", "-z", "--merge-base", from, to)
	if err != nil { // histories without a common commit: all that differs
		out, err = d.inQuarantine(quarantine, nil, "diff", "--name-only", "-z", from, to)
	}
	if err != nil || out == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(out, "\x00"), "\x00")
}

// adopt moves objects from quarantine into the repository.
func (d *gitDisk) adopt(dir string) error {
	return filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		to := filepath.Join(d.dir, "objects", filepath.Base(filepath.Dir(path)), e.Name())
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return err
		}
		return os.Rename(path, to)
	})
}
