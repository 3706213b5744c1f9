package story

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"sort"
	"strings"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/internal/ghsim"
	"github.com/pitcrew-app/pitcrew/internal/ledger"
	"github.com/pitcrew-app/pitcrew/rules"
)

// transcript is what a story says that happened.
type transcript struct {
	b     strings.Builder
	calls int               // how many of GitHub's calls were shown
	seen  int64             // the newest event of the log that was
	waits map[string]string // what was last said of each pull request
	asked map[string]string // who was last said to be asked for a review
}

func (t *transcript) String() string { return t.b.String() }

func (t *transcript) script(text string) { fmt.Fprintf(&t.b, "> %s\n", text) }

// say adds what was written since the last time, what was decided about releases, and what is now waited for.
func (t *transcript) say(ctx context.Context, w *world) error {
	t.writes(w)
	if err := t.proposals(ctx, w); err != nil {
		return err
	}
	waits, err := w.waits(ctx)
	if err != nil {
		return err
	}
	for _, name := range sortedNames(waits) {
		if waits[name] != t.waits[name] {
			t.waits[name] = waits[name]
			if waits[name] != "" {
				fmt.Fprintf(&t.b, "  %s waits: %s\n", name, waits[name])
			}
		}
	}
	t.requested(w)
	for name := range t.waits {
		if _, open := waits[name]; !open {
			delete(t.waits, name)
		}
	}
	return nil
}

// requested adds who is asked for a review, where the story shows that and it changed.
func (t *transcript) requested(w *world) {
	for _, p := range w.pulls() {
		name, who := w.name(p.repo, p.Number), strings.Join(p.Requested, ", ")
		if w.story.Options["requested"] && t.asked[name] != who {
			t.asked[name] = who
			fmt.Fprintf(&t.b, "  %s asked: %s\n", name, orNobody(who))
		}
	}
}

func orNobody(who string) string {
	if who == "" {
		return "nobody"
	}
	return who
}

// end adds what was saved and, where the story asks for it, how each pull request ended.
func (t *transcript) end(ctx context.Context, w *world) error {
	t.script("end")
	if w.story.Options["end"] {
		for _, p := range w.pulls() {
			fmt.Fprintf(&t.b, "  %s %s\n", w.name(p.repo, p.Number), p.State)
		}
	}
	report, err := w.program.Report(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(&t.b, "  %s\n", saved(report))
	return nil
}

// saved is a report in a line.
func saved(r ledger.Report) string {
	var parts, would []string
	for _, row := range r.ByKind {
		if row.Minutes > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", row.Kind, row.Minutes))
		}
		if row.WouldHave > 0 && row.Kind != rules.KindReport {
			would = append(would, fmt.Sprintf("%s %d", row.Kind, row.WouldHave))
		}
	}
	text := "saved " + ledger.Count(r.Minutes, "minute")
	if len(parts) > 0 {
		text += ": " + strings.Join(parts, ", ")
	}
	if len(would) > 0 {
		text += "; would have: " + strings.Join(would, ", ")
	}
	return text
}

// proposals adds what was decided about releases, and why.
func (t *transcript) proposals(ctx context.Context, w *world) error {
	events, err := w.program.Log.Events(ctx, eventlog.Query{After: t.seen, Kinds: []string{rules.EventDecided}})
	if err != nil {
		return err
	}
	for _, ev := range events {
		t.seen = ev.Seq
		if ev.Subject.Kind() != rules.KindRelease {
			continue
		}
		sentences, err := w.sentences(ev, func(rules.Reason) bool { return true })
		if err != nil {
			return err
		}
		if len(sentences) > 0 {
			fmt.Fprintf(&t.b, "  %s: %s\n", w.release(ev.Subject), strings.Join(sentences, "; "))
		}
	}
	return nil
}

// release is how a story calls a release, and where it was looked at.
func (w *world) release(s rules.Subject) string {
	name := ""
	for _, r := range w.sim.State().Repositories {
		switch r.ID {
		case s.RepoID():
			name = r.Name + " " + s.Tag() + name
		case s.Target():
			name += " in " + r.Name
		}
	}
	return name
}

// died says that the program was killed, and when.
func (t *transcript) died(w *world) {
	t.writes(w)
	fmt.Fprintf(&t.b, "  killed %s, and started again\n", w.crash.when)
}

// writes adds the calls that have not been shown yet.
func (t *transcript) writes(w *world) {
	calls := w.sim.Calls()
	for _, c := range calls[t.calls:] {
		if line := w.call(c); line != "" {
			fmt.Fprintf(&t.b, "  %s\n", line)
		}
	}
	t.calls = len(calls)
}

// call draws one request of the App, or of the script: empty if the story does not show such.
func (w *world) call(c ghsim.Call) string {
	show := c.App && !c.Scripted && !strings.HasSuffix(c.Path, "/access_tokens")
	body, after := c.Body, ""
	mutation := strings.HasSuffix(c.Path, "graphql") && strings.Contains(c.Body, "mutation")
	switch {
	case mutation:
		body = mutationText(c.Body)
	case c.Method == http.MethodGet || strings.HasSuffix(c.Path, "graphql"):
		show = show && w.story.Options["reads"]
		body = ""
	case strings.Contains(c.Path, "/issues/") && strings.Contains(c.Path, "/comments"):
		body, after = "", commentText(c.Body)
	case strings.Contains(c.Path, "/check-runs"):
		show = show && w.story.Options["checks"]
		body = checkText(c.Body)
		if w.story.Options["texts"] {
			after = checkDetails(c.Body)
		}
	}
	if !show && !c.Scripted {
		return ""
	}
	status := fmt.Sprint(c.Status)
	if c.Status == 0 {
		status = "no answer"
	}
	fields := []string{c.Method, c.Path, body, status}
	if c.Status >= 300 || c.Status == 0 {
		fields = append(fields, c.Message)
	}
	return w.named(strings.Join(nonEmpty(fields), " ") + after)
}

// checkText says what a check run says to people.
func checkText(body string) string {
	var c struct {
		Conclusion string `json:"conclusion"`
		Head       string `json:"head_sha"`
		Output     struct {
			Title string `json:"title"`
		} `json:"output"`
	}
	if json.Unmarshal([]byte(body), &c) != nil {
		return body
	}
	return strings.Join(nonEmpty([]string{c.Head, c.Conclusion, `"` + c.Output.Title + `"`}), " ")
}

// checkDetails is what stands below the title: what is said on lines of files, and the text down to the reasons of each rule.
func checkDetails(body string) string {
	var c struct {
		Output struct {
			Summary     string `json:"summary"`
			Annotations []struct {
				Path    string `json:"path"`
				Line    int    `json:"start_line"`
				Column  int    `json:"start_column"`
				Level   string `json:"annotation_level"`
				Message string `json:"message"`
			} `json:"annotations"`
		} `json:"output"`
	}
	if json.Unmarshal([]byte(body), &c) != nil {
		return ""
	}
	var b strings.Builder
	for _, a := range c.Output.Annotations {
		fmt.Fprintf(&b, "\n    %s:%d:%d %s: %s", a.Path, a.Line, a.Column, a.Level, a.Message)
	}
	b.WriteString(firstLines(c.Output.Summary, ""))
	return b.String()
}

// commentText is the text of a comment down to the reasons of each rule, with a dot where it breaks what would act.
func commentText(body string) string {
	var c struct{ Body string }
	if json.Unmarshal([]byte(body), &c) != nil {
		return ""
	}
	return firstLines(c.Body, "·")
}

// firstLines are the lines of a text of ours down to the reasons of each rule; broken stands for its spaces of no width.
func firstLines(text, broken string) string {
	var b strings.Builder
	text, _, _ = strings.Cut(text, "\n**"+rules.All[0].Name+"**\n")
	for _, line := range strings.Split(text, "\n") {
		if line != "" {
			b.WriteString("\n    | " + strings.ReplaceAll(line, "\u200b", broken))
		}
	}
	return b.String()
}

var mutationField = regexp.MustCompile(`:\s*(\w+)\(input:`)

// mutationText says which mutations a document has, and what is proposed.
func mutationText(body string) string {
	var doc struct {
		Query     string                    `json:"query"`
		Variables map[string]map[string]any `json:"variables"`
	}
	if json.Unmarshal([]byte(body), &doc) != nil {
		return body
	}
	var words []string
	for _, m := range mutationField.FindAllStringSubmatch(doc.Query, -1) {
		words = append(words, m[1])
	}
	for _, name := range sorted(doc.Variables) {
		for _, key := range []string{"headRefName", "title"} {
			if text, ok := doc.Variables[name][key].(string); ok {
				words = append(words, fmt.Sprintf("%q", text))
			}
		}
	}
	return strings.Join(words, " ")
}

// waits says for each open pull request why nothing more is done.
func (w *world) waits(ctx context.Context) (map[string]string, error) {
	waits := map[string]string{}
	for _, p := range w.pulls() {
		if p.State != "open" {
			continue
		}
		reasons, err := w.reasons(ctx, rules.PRSubject(p.repoID, p.Number))
		if err != nil {
			return nil, err
		}
		waits[w.name(p.repo, p.Number)] = w.named(strings.Join(reasons, "; "))
	}
	return waits, nil
}

// reasons are the blocking ones of the newest decision.
func (w *world) reasons(ctx context.Context, subject rules.Subject) ([]string, error) {
	events, err := w.program.Log.Events(ctx, eventlog.Query{Subject: subject, Kinds: []string{rules.EventDecided}, Desc: true, Limit: 1})
	if err != nil || len(events) == 0 {
		return nil, err
	}
	return w.sentences(events[0], rules.Reason.Blocks)
}

// sentences are the reasons of a decision that are wanted, each once.
func (w *world) sentences(decided eventlog.Event, wanted func(rules.Reason) bool) ([]string, error) {
	var d rules.Decided
	if err := json.Unmarshal(decided.Facts, &d); err != nil {
		return nil, err
	}
	var sentences []string
	seen := map[string]bool{}
	for _, a := range d.Answers {
		for _, r := range a.Because {
			if text := r.Sentence(w.program.Names); wanted(r) && !seen[text] {
				seen[text] = true
				sentences = append(sentences, text)
			}
		}
	}
	return sentences, nil
}

var commitID = regexp.MustCompile(`\b[0-9a-f]{40}\b|\b[0-9a-f]{7}\b`)

// named puts the story's names in the place of commit ids, and a dot in that of ids that it did not name.
func (w *world) named(text string) string {
	return commitID.ReplaceAllStringFunc(text, func(id string) string {
		if name := w.sim.NameOf(w.full(id)); name != "" {
			return name
		}
		if len(id) == 40 {
			return "."
		}
		return id
	})
}

// name is how a story calls a pull request: by its number alone where the repository goes without saying.
func (w *world) name(repo string, number int) string {
	if repo == w.home() {
		return fmt.Sprint(number)
	}
	return fmt.Sprintf("%s#%d", repo, number)
}

// full finds the commit that a short id stands for among heads and branches.
func (w *world) full(id string) string {
	if len(id) == 40 {
		return id
	}
	for _, r := range w.sim.State().Repositories {
		for _, p := range r.Pulls {
			if strings.HasPrefix(p.Head, id) {
				return p.Head
			}
		}
		for _, tip := range r.Branches {
			if strings.HasPrefix(tip, id) {
				return tip
			}
		}
	}
	return ""
}

// pull is a pull request with where it is.
type pull struct {
	ghsim.PullState
	repo   string
	repoID int64
}

func (w *world) pulls() []pull {
	var all []pull
	for _, r := range w.sim.State().Repositories {
		for _, p := range r.Pulls {
			all = append(all, pull{p, r.Name, r.ID})
		}
	}
	return all
}

// home is the repository that the story is about.
func (w *world) home() string { return w.story.home() }

func (s *Story) home() string {
	for _, line := range strings.Split(string(s.GitHub), "\n") {
		if repo, ok := strings.CutPrefix(line, "repo:"); ok {
			return strings.TrimSpace(repo)
		}
	}
	return defaultRepo
}

func nonEmpty(fields []string) []string {
	var out []string
	for _, f := range fields {
		if f != "" {
			out = append(out, f)
		}
	}
	return out
}

func sortedNames(m map[string]string) []string {
	keys := sorted(m)
	sort.SliceStable(keys, func(i, j int) bool { return len(keys[i]) < len(keys[j]) })
	return keys
}
