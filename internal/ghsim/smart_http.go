package ghsim

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// This file is git's smart HTTP protocol: /OWNER/REPO.git/info/refs and the two services behind it. Fetches are answered by
// git itself; pushes (smart_push.go) are decided by the same rules, and have the same effects, as pushes through the API.
// https://git-scm.com/docs/http-protocol

// gitRequest is a request to one of git's services.
type gitRequest struct {
	w             http.ResponseWriter
	r             *http.Request
	body          []byte
	owner, name   string
	service       string // git-upload-pack or git-receive-pack
	advertisement bool   // GET info/refs: what there is, not yet the exchange
	repo          *repo
	disk          *gitDisk
	who           *caller // nil: nobody
}

// gitPath reads the path of a request of git; nil: it is not one.
func gitPath(w http.ResponseWriter, r *http.Request, body []byte) *gitRequest {
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	if len(parts) < 3 {
		return nil
	}
	q := &gitRequest{w: w, r: r, body: body, owner: parts[0], name: strings.TrimSuffix(parts[1], ".git")}
	switch r.Method + " " + strings.Join(parts[2:], "/") {
	case "GET info/refs":
		q.service, q.advertisement = r.URL.Query().Get("service"), true
	case "POST git-upload-pack", "POST git-receive-pack":
		q.service = parts[2]
	default:
		return nil
	}
	return q
}

// serveGit answers a request of git, under the lock: refs on disk do not move while git reads them.
func (s *Sim) serveGit(q *gitRequest) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if q.service != "git-upload-pack" && q.service != "git-receive-pack" {
		q.say(http.StatusForbidden, "Please upgrade your git client.\nGitHub.com no longer supports git over dumb-http: https://github.com/blog/809-git-dumb-http-transport-to-be-turned-off-in-90-days")
		return
	}
	if e := s.gitAllowed(q); e != nil {
		if e.Status == http.StatusUnauthorized {
			q.w.Header().Set("WWW-Authenticate", `Basic realm="GitHub"`)
		}
		q.say(e.Status, e.Message)
		return
	}
	disk, ok := q.repo.git.keeper.(*gitDisk)
	if !ok {
		e := s.notSimulated(http.StatusNotImplemented, "git over HTTP, by a GitHub that was started without git")
		q.say(e.Status, e.Message)
		return
	}
	q.disk = disk
	body, err := q.plainBody()
	if err != nil {
		q.say(http.StatusBadRequest, err.Error())
		return
	}
	q.w.Header().Set("Cache-Control", "no-cache, max-age=0, must-revalidate")
	if q.service == "git-receive-pack" {
		s.remember()
		s.serveReceive(q, body)
		return
	}
	s.serveUpload(q, body)
}

// say answers in plain text, which git shows as "remote: …".
func (q *gitRequest) say(status int, text string) {
	q.w.Header().Set("Content-Type", "text/plain; charset=UTF-8")
	q.w.WriteHeader(status)
	_, _ = io.WriteString(q.w, text) // the connection is the client's to lose
}

// plainBody is the body without the compression that git applies to long requests.
func (q *gitRequest) plainBody() ([]byte, error) {
	if q.r.Header.Get("Content-Encoding") != "gzip" {
		return q.body, nil
	}
	z, err := gzip.NewReader(bytes.NewReader(q.body))
	if err != nil {
		return nil, fmt.Errorf("read compressed request: %w", err)
	}
	return io.ReadAll(z)
}

// gitCaller finds out who uses git; nil without an error: nobody in particular.
// https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/authenticating-as-a-github-app-installation#about-authentication-as-a-github-app-installation
func (s *Sim) gitCaller(r *http.Request) (*caller, *apiError) {
	if r.Header.Get("Authorization") == "" {
		return nil, nil
	}
	who, e := s.authenticate(r)
	switch {
	case e != nil && e.Status == http.StatusForbidden: // suspended
		return nil, e
	case e != nil || who.token == nil:
		return nil, unauthorized("Invalid username or token. Password authentication is not supported for Git operations.")
	}
	return who, nil
}

// tokenHeader is the Authorization header; of a name and password, the token that is one of them.
func tokenHeader(r *http.Request) string {
	user, password, ok := r.BasicAuth()
	switch {
	case !ok:
		return r.Header.Get("Authorization")
	case password == "" || password == "x-oauth-basic":
		return "token " + user
	}
	return "token " + password
}

// gitAllowed asks who it is, whether the repository exists for the caller, and whether the caller may fetch or push.
// https://docs.github.com/repositories/creating-and-managing-repositories/troubleshooting-cloning-errors
func (s *Sim) gitAllowed(q *gitRequest) *apiError {
	who, e := s.gitCaller(q.r)
	if e != nil {
		return e
	}
	q.who, q.repo = who, s.findRepo(q.owner, q.name)
	if q.repo == nil {
		q.repo = s.formerly(q.owner + "/" + q.name)
	}
	push := q.service == "git-receive-pack"
	switch {
	case who == nil && (push || q.repo == nil || q.repo.private):
		return unauthorized("Repository not found.")
	case q.repo == nil || who != nil && !s.sees(who, q.repo) && !(who.user != nil && len(s.lentBranches(who.user, q.repo)) > 0):
		return &apiError{Status: http.StatusNotFound, Message: "Repository not found."}
	case !push && who != nil && q.repo.private && !who.has("contents", "read"):
		return &apiError{Status: http.StatusForbidden, Message: "Write access to repository not granted."}
	case push:
		return s.pushAllowed(who, q.repo)
	}
	return nil
}

// formerly is the repository that once had a name: git goes on working with it after a rename.
// https://docs.github.com/repositories/creating-and-managing-repositories/renaming-a-repository
func (s *Sim) formerly(fullName string) *repo {
	for _, r := range s.w.repos {
		for _, old := range r.oldNames {
			if equalFold(old, fullName) {
				return r
			}
		}
	}
	return nil
}

func (s *Sim) pushAllowed(who *caller, r *repo) *apiError {
	switch {
	case r.archived:
		return &apiError{Status: http.StatusForbidden, Message: "This repository was archived so it is read-only."}
	case who.user == nil && !(who.has("contents", "write") && who.inst.covers(r)), who.user != nil && !who.has("contents", "write"):
		return &apiError{Status: http.StatusForbidden, Message: "Write access to repository not granted."}
	case who.user != nil && !s.mayWrite(who.user, r) && len(s.lentBranches(who.user, r)) == 0:
		return &apiError{Status: http.StatusForbidden, Message: "Permission to " + r.fullName() + ".git denied to " + who.user.login + "."}
	}
	return nil
}

// lentBranches are the branches of a fork that maintainers of the repository above may push to: heads of open pull requests.
// https://docs.github.com/pull-requests/collaborating-with-pull-requests/working-with-forks/allowing-changes-to-a-pull-request-branch-created-from-a-fork
func (s *Sim) lentBranches(a *account, fork *repo) []string {
	var names []string
	for _, r := range s.w.repos {
		for _, p := range r.pulls {
			if p.open && p.headRepo == fork && p.maintainerEdit && s.mayWrite(a, r) {
				names = append(names, p.headRef)
			}
		}
	}
	return names
}

// serveUpload lets git answer a fetch. GitHub allows partial clones and fetching any commit that can be reached.
func (s *Sim) serveUpload(q *gitRequest, body []byte) {
	head := filepath.Join(q.disk.dir, "HEAD")
	if err := os.WriteFile(head, []byte("ref: refs/heads/"+q.repo.defaultBranch+"\n"), 0o644); err != nil {
		q.say(s.internal(err).Status, err.Error())
		return
	}
	args := []string{"-c", "uploadpack.allowFilter=true", "-c", "uploadpack.allowTipSHA1InWant=true", "-c", "uploadpack.allowReachableSHA1InWant=true",
		"upload-pack", "--stateless-rpc"}
	if q.advertisement {
		args = append(args, "--http-backend-info-refs")
	}
	cmd := exec.Command("git", append(args, q.disk.dir)...)
	cmd.Env = append(gitEnviron(), "GIT_PROTOCOL="+q.r.Header.Get("Git-Protocol"))
	cmd.Stdin = bytes.NewReader(body)
	var out, errOut bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errOut
	if err := cmd.Run(); err != nil && out.Len() == 0 { // an error after output is the client's: it is told in band
		q.say(http.StatusInternalServerError, strings.TrimSpace(errOut.String()))
		return
	}
	q.reply(out.Bytes())
}

// reply sends a service's answer in its content type.
func (q *gitRequest) reply(body []byte) {
	kind := "result"
	if q.advertisement {
		kind = "advertisement"
		if !strings.Contains(q.r.Header.Get("Git-Protocol"), "version=2") || q.service == "git-receive-pack" {
			body = append([]byte(pktLine("# service="+q.service+"\n")+"0000"), body...)
		}
	}
	q.w.Header().Set("Content-Type", "application/x-"+q.service+"-"+kind)
	_, _ = q.w.Write(body) // the connection is the client's to lose
}

// gitEnviron cuts git off from the configuration of whoever runs us.
func gitEnviron() []string {
	return append(os.Environ(), "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL="+os.DevNull, "LC_ALL=C")
}

// pktLine is a line in git's framing: four hexadecimal digits of length, themselves included.
// https://git-scm.com/docs/protocol-common
func pktLine(text string) string { return fmt.Sprintf("%04x%s", len(text)+4, text) }
