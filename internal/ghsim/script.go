package ghsim

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

// verb is a word of scripts. The first word of a line names it; usage is shown when a line does not fit.
type verb struct {
	name, usage string
	run         func(*Sim, *line) error
}

// verbs are all words that Exec knows. A pull request is 7, or owner/repo#7 in another repository than the story's own.
func verbs() []verb {
	return []verb{
		{"open", "open 9 {author: ana, head: a1, files: {x: y}, …}: as under prs in github.yml", execOpen},
		{"push", "push 7 a2 [{path: text}] [by bob], or push main m3 [{path: text}] [by bob]", execPush},
		{"forge", "forge 7 a2 {path: text} by bob: pushes a merge of the base that pretends to be our own update", execForge},
		{"move", "move 7 a2 {old path: new path} [by bob]", execMove},
		{"revert", "revert 7 [by bob]: pushes to its base the commit that takes back what it landed, as git revert writes it", execRevert},
		{"force", "force 7 a9 [{path: text}] [by bob]", execForce},
		{"review", "review 7 bob approved|changes|commented|dismissed [at a1]", execReview},
		{"check", "check 7 build success|failure|pending|neutral|… [app NAME] [at a1]", execCheck},
		{"status", "status 7 ci/x success|failure|error|pending [at a1]", execStatus},
		{"label", "label 7 +automerge -hold [by bob]", execLabel},
		{"draft", "draft 7 on|off", execDraft},
		{"close", "close 7 [by bob]", func(s *Sim, l *line) error { return execState(s, l, "closed") }},
		{"reopen", "reopen 7 [by bob]", func(s *Sim, l *line) error { return execState(s, l, "open") }},
		{"merge", "merge 7 [by dan] [merge|squash|rebase]", execMerge},
		{"enqueue", "enqueue 7 [by dan]: into the merge queue of its base", execEnqueue},
		{"dequeue", "dequeue 7 CI_FAILURE|MERGE_CONFLICT|MANUAL|… [by dan]: the queue throws it out, or somebody takes it out", execDequeue},
		{"queue", "queue main lands [in acme/lib]: the first in its merge queue", execQueue},
		{"update", "update 7 [merge|rebase] [by bob]", execUpdate},
		{"comment", `comment 7 bob "text"`, execComment},
		{"own-comment", `own-comment 7 delete|"text" [by bob]: somebody deletes, or edits, what our App has commented`, execOwnComment},
		{"lock", "lock 7 on|off: its conversation", execLock},
		{"edit", "edit 7 {title: …, body: …, base: …, maintainer-edit: false} [by bob]", execEdit},
		{"request", "request 7 +bob -ana [by cat]", execRequest},
		{"thread", "thread 7 open|resolve", execThread},
		{"hold", "hold 7: a workflow that it started waits until somebody who may write lets it run", execHold},
		{"let", "let 7: the workflows that it started run", execLet},
		{"mergeable", "mergeable 7 on|off: off keeps it unknown", execMergeable},
		{"refuse", `refuse 7 405 "message"`, execRefuse},
		{"release", "release [acme/lib] v1.2.0 [{path: text}] [prerelease|draft]", execRelease},
		{"file", "file main PATH {yaml} or \"text\" [in acme/lib]", execFile},
		{"protect", "protect main {approvals: 1, …} [in acme/lib]", execProtect},
		{"rules", "rules main {approvals: 1, …} [in acme/lib]", execRules},
		{"methods", "methods merge|squash|rebase … [in acme/lib]: how the repository allows to merge from now on", execMethods},
		{"delete-branch", "delete-branch NAME [in acme/lib]", execDeleteBranch},
		{"suspend", "suspend acme", func(s *Sim, l *line) error { return execSuspend(s, l, true) }},
		{"unsuspend", "unsuspend acme", func(s *Sim, l *line) error { return execSuspend(s, l, false) }},
		{"uninstall", "uninstall acme", execUninstall},
		{"permit", "permit acme {checks: read, …}: the permissions of an installation; none takes one away", execPermit},
		{"ask", "ask {issues: write}: what our App wants from now on; installations have it once somebody accepts", execAsk},
		{"accept", "accept acme: the installation grants what our App asks for", execAccept},
		{"key", "key new|delete: our App gets another private key beside the one that it has, or the older one is deleted", execKey},
		{"secret", "secret TEXT: our App's webhooks are signed with it from now on", execSecret},
		{"stateless", "stateless on|off: installation tokens in the long form", func(s *Sim, l *line) error { return l.onOff(&s.stateless) }},
		{"old-server", "old-server on|off: GraphQL as on a GitHub Enterprise Server of 2021, which lacks what came later", func(s *Sim, l *line) error { return l.onOff(&s.oldServer) }},
		{"closed-forks", "closed-forks on|off: no App updates the branch of a fork on which it is not installed, whatever its owner allows", func(s *Sim, l *line) error { return l.onOff(&s.closedForks) }},
		{"add-repo", "add-repo acme/lib: to the installation", func(s *Sim, l *line) error { return execInstalled(s, l, true) }},
		{"remove-repo", "remove-repo acme/lib: from the installation", func(s *Sim, l *line) error { return execInstalled(s, l, false) }},
		{"rename", "rename acme/lib NEWNAME", execRename},
		{"archive", "archive acme/lib", execArchive},
		{"unarchive", "unarchive acme/lib", execUnarchive},
		{"visibility", "visibility acme/lib public|private", execVisibility},
		{"default-branch", "default-branch acme/lib NAME: of a branch that is there", execDefaultBranch},
		{"install", "install acme: our App, in all of its repositories; anew where it was uninstalled", execInstall},
		{"fail", "fail ROUTE STATUS|timeout|reset|limit [429]|truncate|malformed|drip [retry-after 60] [after] [xN]", execFail},
		{"before", "before ROUTE: LINE", execBefore},
		{"lag", "lag ROUTE|checks|reviews|labels|comments|branches|releases|pulls 10s; 0s ends it", execLag},
		{"lose", "lose N: the next N webhooks", func(s *Sim, l *line) error { return l.count(&s.hooks.lose) }},
		{"double", "double N: the next N webhooks come twice", func(s *Sim, l *line) error { return l.count(&s.hooks.double) }},
		{"swap", "swap: the next two webhooks change places", func(s *Sim, l *line) error { s.hooks.swap = 2; return l.end() }},
		{"replay", "replay N: the last N webhooks once more, as somebody who recorded them can", execReplay},
		{"spoof", "spoof: the last webhook as somebody without the secret would send it", execSpoof},
		{"huge", "huge N: the next N webhooks are larger than GitHub sends", func(s *Sim, l *line) error { return l.count(&s.hooks.huge) }},
		{"storm", "storm 0.1 [ROUTE]: each request meets a fault with that probability; 0 ends it", execStorm},
		{"limits", "limits off|primary|all [bare] [429]: off as on GHES; all with the secondary ones, bare without Retry-After", execLimits},
		{"skew", "skew 90s: GitHub's clock is ahead, or with - behind", execSkew},
		{"busy", "busy 7 5s: a merge of it is on its way so long", execBusy},
		{"corrupt", "corrupt 7: its squash silently takes back what the base got since it branched off", execCorrupt},
		{"tags", "tags v1 v2 … [in acme/lib]: pushed at once to the default branch's tip", execTags},
		{"react", "react 7 bob +1: to its first comment", execReact},
		{"transfer", "transfer acme/lib OWNER", execTransfer},
		{"delete-repo", "delete-repo acme/lib", execDeleteRepo},
		{"late", "late 5s: all webhooks from now on", execLate},
		{"call", "call METHOD /path [{…}] [by bob|pitcrew[bot]]: one request to the API; under sha and …_sha stand names of commits", execCall},
	}
}

// Exec runs one line of a script. An error says why it cannot happen.
func (s *Sim) Exec(text string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.exec(text)
}

func (s *Sim) exec(text string) error {
	l, err := parseLine(text)
	if err != nil {
		return err
	}
	for _, v := range verbs() {
		if v.name == l.verb {
			s.remember()
			if err := v.run(s, l); err != nil {
				return fmt.Errorf("%s: %w", text, hint(err, v.usage))
			}
			return nil
		}
	}
	var known []string
	for _, v := range verbs() {
		known = append(known, v.name)
	}
	return fmt.Errorf("%s: no verb is called %q; known are %s", text, l.verb, strings.Join(known, ", "))
}

// errUsage is a line that does not fit its verb.
type errUsage struct{ why string }

func (e errUsage) Error() string { return e.why }

func hint(err error, usage string) error {
	if e, ok := err.(errUsage); ok {
		return fmt.Errorf("%s; write: %s", e.why, usage)
	}
	return err
}

// line is a line of a script, taken apart: words in order, what follows by, at, app, in, retry-after, and a {…} in YAML.
type line struct {
	verb  string
	rest  string // everything after the verb
	words []string
	named map[string]string
	yaml  string
}

var namedWords = []string{"by", "at", "app", "in", "retry-after"}

var wordForm = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|\S+`)

func parseLine(text string) (*line, error) {
	l := &line{named: map[string]string{}}
	l.verb, l.rest, _ = strings.Cut(strings.TrimSpace(text), " ")
	l.verb = strings.TrimSuffix(l.verb, ":")
	plain := l.rest
	if from, to := braceIn(plain), strings.LastIndex(plain, "}"); l.verb != "before" && l.verb != "fail" && l.verb != "lag" && l.verb != "comment" && l.verb != "own-comment" && from >= 0 {
		if to < from {
			return nil, fmt.Errorf("%s: a { is not closed", text)
		}
		l.yaml = plain[from : to+1]
		plain = plain[:from] + plain[to+1:]
	}
	words := wordForm.FindAllString(plain, -1)
	for i := 0; i < len(words); i++ {
		w := words[i]
		if strings.HasPrefix(w, `"`) {
			plain, err := strconv.Unquote(w)
			if err != nil {
				return nil, fmt.Errorf("%s: %s is not a quoted text", text, w)
			}
			l.words = append(l.words, plain)
			continue
		}
		if contains(namedWords, w) && i+1 < len(words) && len(l.words) > 0 {
			l.named[w] = words[i+1]
			i++
			continue
		}
		l.words = append(l.words, w)
	}
	return l, nil
}

// braceIn is where the {…} of a line begins; -1: it has none. Braces in quoted words are text.
func braceIn(text string) int {
	for _, at := range wordForm.FindAllStringIndex(text, -1) {
		word := text[at[0]:at[1]]
		if i := strings.IndexByte(word, '{'); i >= 0 && !(len(word) > 1 && word[0] == '"' && strings.HasSuffix(word, `"`)) {
			return at[0] + i
		}
	}
	return -1
}

// next takes the next word.
func (l *line) next(what string) (string, error) {
	if len(l.words) == 0 {
		return "", errUsage{what + " is missing"}
	}
	w := l.words[0]
	l.words = l.words[1:]
	return w, nil
}

// end says that nothing is left.
func (l *line) end() error {
	if len(l.words) > 0 {
		return errUsage{fmt.Sprintf("%q is one word too many", l.words[0])}
	}
	return nil
}

// decode reads the {…} strictly.
func (l *line) decode(into any) error {
	if l.yaml == "" {
		return nil
	}
	d := yaml.NewDecoder(strings.NewReader(l.yaml))
	d.KnownFields(true)
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("read %s: %w", l.yaml, err)
	}
	return nil
}

// count reads a number of times; none is once.
func (l *line) count(into *int) error {
	*into = 1
	if len(l.words) > 0 {
		w, err := l.next("a number")
		if err != nil {
			return err
		}
		if *into, err = strconv.Atoi(w); err != nil || *into < 1 {
			return errUsage{fmt.Sprintf("%q is no number of times", w)}
		}
	}
	return l.end()
}

// home is the story's own repository, or the one after "in".
func (s *Sim) homeRepo(l *line) (*repo, error) {
	return s.repoNamed(orDefault(l.named["in"], s.names.home))
}

func (s *Sim) repoNamed(name string) (*repo, error) {
	owner, short, ok := strings.Cut(name, "/")
	if r := s.findRepo(owner, short); ok && r != nil {
		return r, nil
	}
	return nil, fmt.Errorf("no repository is called %s", name)
}

// numbered reads 7 or owner/repo#7.
func (s *Sim) numbered(word string) (*repo, int, error) {
	name, digits, ok := strings.Cut(word, "#")
	if !ok {
		name, digits = s.names.home, word
	}
	n, err := strconv.Atoi(digits)
	if err != nil {
		return nil, 0, errUsage{fmt.Sprintf("%q is no pull request", word)}
	}
	r, err := s.repoNamed(orDefault(name, s.names.home))
	return r, n, err
}

// pullOf takes the pull request that a line is about.
func (s *Sim) pullOf(l *line) (*pull, error) {
	w, err := l.next("the pull request")
	if err != nil {
		return nil, err
	}
	r, n, err := s.numbered(w)
	if err != nil {
		return nil, err
	}
	if p := r.pull(n); p != nil {
		return p, nil
	}
	return nil, fmt.Errorf("%s has no pull request %d", r.fullName(), n)
}

// openPullOf is pullOf, and an error if it is closed.
func (s *Sim) openPullOf(l *line) (*pull, error) {
	p, err := s.pullOf(l)
	if err == nil && !p.open {
		return nil, fmt.Errorf("pull request %d is closed", p.number)
	}
	return p, err
}

// byOr is who does it: the account after "by", else the one given.
func (s *Sim) byOr(l *line, otherwise *account) (*account, error) {
	login := l.named["by"]
	if login == "" {
		return otherwise, nil
	}
	return s.known(login)
}

func (s *Sim) known(login string) (*account, error) {
	if a := s.findAccount(login); a != nil {
		return a, nil
	}
	return nil, fmt.Errorf("nobody is called %s", login)
}

// shaAt is the commit after "at", else the head.
func (s *Sim) shaAt(l *line, p *pull) (string, error) {
	if l.named["at"] == "" {
		return p.head, nil
	}
	return s.resolve(p.repo, l.named["at"])
}

// asError turns an answer into the error of a script.
func asError(e *apiError) error {
	if e == nil {
		return nil
	}
	return explained(e)
}

func duration(w string) (time.Duration, error) {
	d, err := time.ParseDuration(w)
	if err != nil || d < 0 {
		return 0, errUsage{fmt.Sprintf("%q is no duration", w)}
	}
	return d, nil
}
