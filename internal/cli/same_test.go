package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"

	"github.com/pitcrew-app/pitcrew/internal/ghsim"
	"github.com/pitcrew-app/pitcrew/internal/story"
	"github.com/pitcrew-app/pitcrew/rules"
	"github.com/pitcrew-app/pitcrew/server"
)

// said is what people are told of a pull request, wherever they read it.
type said struct {
	Title, Sentence string
	State           rules.State
	Rules           []saidRule
}

type saidRule struct {
	Rule    string
	Reasons []string // shape, sentence, what clears it, and who can
}

// compared counts, so that a test that compares nothing fails.
type compared struct{ pages, checks, conditions atomic.Int64 }

// TestAllSayTheSame plays every story, and wherever nothing moves any more holds the page, the API, the check run as it
// stands on GitHub, and explain against each other. With -short, as the race detector is run, it plays every fifth.
func TestAllSayTheSame(t *testing.T) {
	paths, err := story.Find([]string{"../../testdata/scenarios"})
	if err != nil || len(paths) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	every := 1
	if testing.Short() {
		every = 5
	}
	seen := &compared{}
	t.Run("stories", func(t *testing.T) {
		for i, path := range paths {
			if i%every != 0 {
				continue
			}
			t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
				t.Parallel()
				s, err := story.Read(path)
				if err != nil {
					t.Fatal(err)
				}
				look := func(ctx context.Context, w story.World) error { return compare(ctx, t, w, seen) }
				if _, err := story.Run(t.Context(), s, story.Options{Log: zerolog.Nop(), Rest: look}); err != nil {
					t.Fatal(err)
				}
			})
		}
	})
	t.Logf("compared %d pages, %d check runs and %d conditions", seen.pages.Load(), seen.checks.Load(), seen.conditions.Load())
	if n := int64(every); seen.pages.Load() < 200/n || seen.checks.Load() < 100/n || seen.conditions.Load() < 500/n {
		t.Errorf("only %d pages, %d check runs and %d conditions were compared", seen.pages.Load(), seen.checks.Load(), seen.conditions.Load())
	}
}

// compare holds all places against each other for every pull request of GitHub.
func compare(ctx context.Context, t *testing.T, w story.World, seen *compared) error {
	if err := w.Program.Ledger.CatchUp(ctx); err != nil {
		return err
	}
	for _, repo := range w.GitHub.State().Repositories {
		for _, p := range repo.Pulls {
			if err := comparePull(ctx, t, w, seen, repo.Name, p); err != nil {
				return fmt.Errorf("%s#%d: %w", repo.Name, p.Number, err)
			}
		}
	}
	return nil
}

func comparePull(ctx context.Context, t *testing.T, w story.World, seen *compared, repo string, p ghsim.PullState) error {
	name := fmt.Sprintf("%s#%d at %s", repo, p.Number, w.Now.Format(time.TimeOnly))
	e, err := explainLogged(ctx, w.Program.Ledger, w.Program.Log, repo, p.Number, w.Now)
	page := getPage(w.Program.Pages, fmt.Sprintf("/pulls/%s/%d", repo, p.Number))
	var unheard usageError
	if errors.As(err, &unheard) {
		if page.Code != http.StatusNotFound {
			t.Errorf("%s: explain does not know it, and its page answers %d", name, page.Code)
		}
		return nil
	}
	if err != nil {
		return err
	}
	want := saidByExplain(e)
	var api server.PullJSON
	if err := json.Unmarshal(getPage(w.Program.Pages, fmt.Sprintf("/api/pulls/%s/%d", repo, p.Number)).Body.Bytes(), &api); err != nil {
		return err
	}
	differ(t, name+": API", want, saidByAPI(api))
	differ(t, name+": page", want, saidByPage(page.Body.String()))
	asked := askedByExplain(e)
	for where, got := range map[string][]string{"API": askedByAPI(api), "page": askedByPage(page.Body.String())} {
		if diff := cmp.Diff(asked, got); diff != "" {
			t.Errorf("%s: conditions (-explain +%s):\n%s", name, where, diff)
		}
	}
	seen.conditions.Add(int64(len(asked)))
	seen.pages.Add(1)
	run, ok, err := ownRun(w.GitHub, repo, e.Head)
	if err != nil || !ok || e.ended() || want.passing() || shut(w.GitHub, repo) || unwritten(w.GitHub, repo, p, e) {
		return err
	}
	differ(t, name+": check run", want, saidByCheck(run, want))
	seen.checks.Add(1)
	return nil
}

// ended says that a pull request is merged or closed: nobody asks why it waits, and its check run stays as it was.
func (e explanation) ended() bool { return e.Short == "Merged" || e.Short == "Closed" }

// passing says that GitHub is still computing: for so little the check run is not written again.
func (s said) passing() bool {
	return slices.ContainsFunc(s.Rules, func(r saidRule) bool {
		return slices.ContainsFunc(r.Reasons, func(text string) bool {
			return strings.Contains(text, "still computing whether it can be merged")
		})
	})
}

// shut says that GitHub let us write nothing to a repository when we last tried, by its rate limit or because it is no longer
// ours: then no check run can be written either.
func shut(sim *ghsim.Sim, repo string) bool {
	refused := false
	for _, c := range sim.Calls() {
		if c.App && c.Method != http.MethodGet && strings.HasPrefix(c.Path, "/repos/"+repo+"/") {
			ours := c.Status != http.StatusUnauthorized && c.Status != http.StatusForbidden && c.Status != http.StatusNotFound
			refused = !ours || strings.Contains(c.Message, "rate limit")
		}
	}
	return refused
}

// unwritten says that the check run is not that of this very answer: of two pull requests with one head one has it, where pitcrew
// only observes it stays as it was, and what has landed is told of when GitHub shows it.
func unwritten(sim *ghsim.Sim, repo string, p ghsim.PullState, e explanation) bool {
	shared := false
	for _, r := range sim.State().Repositories {
		shared = shared || r.Name == repo && slices.ContainsFunc(r.Pulls, func(q ghsim.PullState) bool { return q.Number != p.Number && q.Head == p.Head })
	}
	return shared || p.State == "merged" || e.Short == "Only observing"
}

// titled is the sentence that only GitHub and a live look can say, since the log holds no titles.
var titled = regexp.MustCompile(` Its commit will be called “.*”\.$`)

func differ(t *testing.T, where string, want, got said) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-explain +there):\n%s", where, diff)
	}
}

func line(state rules.State, sentence, clears, by string) string {
	text := rules.Shapes[state] + " " + sentence
	if clears != "" {
		text += " / " + clears
		if by != "" {
			text += " (" + by + ")"
		}
	}
	return strings.Join(strings.Fields(text), " ")
}

func saidByExplain(e explanation) said {
	s := said{Title: e.Short, Sentence: e.Sentence, State: e.State}
	for _, r := range e.Rules {
		one := saidRule{Rule: r.Rule}
		for _, x := range r.Because {
			one.Reasons = append(one.Reasons, line(x.State, x.Sentence, x.Clears, x.By))
		}
		s.Rules = append(s.Rules, one)
	}
	return s
}

func saidByAPI(p server.PullJSON) said {
	s := said{Title: p.Title, Sentence: p.Sentence, State: p.Verdict}
	for _, a := range p.Answers {
		one := saidRule{Rule: a.Rule}
		for _, x := range a.Because {
			one.Reasons = append(one.Reasons, line(x.State, x.Sentence, x.Clears, x.By))
		}
		s.Rules = append(s.Rules, one)
	}
	return s
}

var (
	pageLead    = regexp.MustCompile(`(?s)<p class="lead">(.*?)</p>`)
	pageVerdict = regexp.MustCompile(`(?s)<p class="verdict"><span[^>]*><span[^>]*>.</span> ([^<]*)</span> (.*?)(?:,? <time| <span|</p>)`)
	pageReason  = regexp.MustCompile(`(?s)<li class="reason">.*?<span class="hidden">([^<]*): </span></span>\s*<div>(.*?)(?: <span class="where">[^<]*</span>)?(?:<p class="clears">clears it: (.*?)</p>)?</div></li>`)
	pageTag     = regexp.MustCompile(`<[^>]*>`)
)

// The conditions of a tree, each as a line: what it belongs to, shape, sentence, place.

func conditionLine(of string, state rules.State, sentence, where string) string {
	if of != "" {
		of += ": "
	}
	return strings.TrimSpace(rules.Shapes[state] + " " + of + sentence + " " + where)
}

func askedByExplain(e explanation) (lines []string) {
	for _, r := range e.Rules {
		for _, c := range r.Asked {
			lines = append(lines, conditionLine(c.Of, c.State, c.Sentence, c.Where))
		}
	}
	return lines
}

func askedByAPI(p server.PullJSON) (lines []string) {
	for _, a := range p.Answers {
		for _, c := range a.Asked {
			lines = append(lines, conditionLine(c.Of, c.State, c.Sentence, c.Where))
		}
	}
	return lines
}

var pageAsked = regexp.MustCompile(`(?s)<li class="asked">.*?<span aria-hidden="true">(.*?)</span>.*?<div>(.*?)</div>`)

func askedByPage(text string) (lines []string) {
	for _, m := range pageAsked.FindAllStringSubmatch(text, -1) {
		lines = append(lines, html.UnescapeString(m[1]+" "+pageTag.ReplaceAllString(m[2], "")))
	}
	return lines
}

// saidByPage reads the page as people do: its words, without its form.
func saidByPage(text string) said {
	plain := func(text string) string {
		text = strings.NewReplacer("<code>", "`", "</code>", "`").Replace(text)
		return html.UnescapeString(pageTag.ReplaceAllString(text, ""))
	}
	var s said
	if m := pageLead.FindStringSubmatch(text); m != nil {
		s.Sentence = plain(m[1])
	}
	if m := pageVerdict.FindStringSubmatch(text); m != nil {
		s.State, s.Title = rules.State(m[1]), strings.TrimSpace(plain(m[2]))
	}
	for _, chore := range strings.Split(text, `<div class="chore" id="`)[1:] {
		rule, rest, _ := strings.Cut(chore, `"`)
		if rule == "line" {
			continue // what its base says of its place
		}
		one := saidRule{Rule: rule}
		for _, m := range pageReason.FindAllStringSubmatch(rest, -1) {
			one.Reasons = append(one.Reasons, line(rules.State(m[1]), plain(m[2]), plain(m[3]), ""))
		}
		s.Rules = append(s.Rules, one)
	}
	return s
}

// checkRun is what people see of a check run.
type checkRun struct {
	App    struct{ ID int64 }
	Output struct{ Title, Summary string }
}

// ownRun reads our check run on a commit as anybody may.
func ownRun(sim *ghsim.Sim, repo, head string) (run checkRun, ok bool, err error) {
	cred := sim.Credentials()
	r := httptest.NewRequest(http.MethodGet, "/repos/"+repo+"/commits/"+head+"/check-runs?check_name=pitcrew", nil)
	for _, token := range cred.Tokens {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	w := httptest.NewRecorder()
	sim.Handler().ServeHTTP(w, r)
	var all struct {
		Runs []checkRun `json:"check_runs"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &all); err != nil {
		return run, false, fmt.Errorf("check runs of %s: %d %s", head, w.Code, w.Body)
	}
	for _, run := range all.Runs {
		if run.App.ID == cred.AppID {
			return run, true, nil
		}
	}
	return run, false, nil
}

// checkRule heads what a rule says in a check run.
var checkRule = regexp.MustCompile(`^\*\*(\w+)\*\*$`)

// saidByCheck reads the Markdown of a check run. Its state is only seen in the shapes. What it says about configuration that the pull
// request brings stands only there: before the sentence, and in the title.
func saidByCheck(run checkRun, want said) said {
	s := said{Title: run.Output.Title, State: want.State}
	if strings.HasPrefix(run.Output.Summary, "**") {
		s.Title = want.Title
	}
	for _, text := range strings.Split(run.Output.Summary, "\n") {
		text = unescape(text)
		switch m := checkRule.FindStringSubmatch(text); {
		case m != nil:
			s.Rules = append(s.Rules, saidRule{Rule: m[1]})
		case len(s.Rules) == 0 && text != "":
			s.Sentence = titled.ReplaceAllString(text, "") // the last one before the rules
		case len(s.Rules) > 0 && strings.HasPrefix(text, "- "):
			rule := &s.Rules[len(s.Rules)-1]
			reason, clears, _ := strings.Cut(strings.TrimPrefix(text, "- "), "; clears it: ")
			if clears != "" {
				reason += " / " + clears
			}
			rule.Reasons = append(rule.Reasons, strings.Join(strings.Fields(reason), " "))
		}
	}
	return s
}

// unescape takes back what keeps Markdown from being more than text.
func unescape(text string) string {
	return strings.NewReplacer("\u200b", "", "&lt;", "<", "&amp;", "&", `\\`, `\`, `\[`, "[", `\*`, "*", `\_`, "_", `\~`, "~").Replace(text)
}

// getPage reads a page as a browser on the same machine does.
func getPage(h http.Handler, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, "http://127.0.0.1:8081"+path, nil)
	h.ServeHTTP(w, r)
	return w
}
