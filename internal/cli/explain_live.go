package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pitcrew-app/pitcrew/config"
	"github.com/pitcrew-app/pitcrew/internal/engine"
	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/internal/github"
	"github.com/pitcrew-app/pitcrew/rules"
	"github.com/rs/zerolog"
)

// explainLive asks GitHub about a pull request now, and decides; with names a file that is taken for the repository's own. It
// writes nothing, there or here.
func (a *app) explainLive(ctx context.Context, name string, number int, with string) (explanation, error) {
	text, err := readRight(a, with, config.Check)
	if err != nil {
		return explanation{}, err
	}
	client, err := a.door()
	if err != nil {
		return explanation{}, err
	}
	done := a.progress(fmt.Sprintf("asking GitHub about %s#%d", name, number))
	defer done()
	owner, repo, _ := strings.Cut(name, "/")
	ref, err := client.Find(ctx, owner, repo)
	if err != nil {
		return explanation{}, notThere(err, name)
	}
	s, err := computed(ctx, client, ref, number)
	if err != nil {
		return explanation{}, notThere(err, fmt.Sprintf("%s#%d", name, number))
	}
	if with != "" {
		if s.Config, err = client.With(ctx, s, text); err != nil {
			return explanation{}, err
		}
	}
	known, err := a.remind(ctx, s)
	if err != nil {
		return explanation{}, err
	}
	verdicts, err := decideNow(ctx, client, ref, s, known)
	if err != nil {
		return explanation{}, err
	}
	d := rules.DecidedOn(s, verdicts)
	d.Answers = rules.Explain(s, verdicts) // with what only who looks now may see
	e := explained(fmt.Sprintf("%s#%d", ref.FullName(), number), d, rules.Summarise(d.Answers, nil), nil)
	e.set(s.Config, d.Answers)
	e.Then = rules.ThenTitled(s, d.Answers)
	if s.Config.Absent() {
		e.Sentence = "Nothing is done here: there is no .platform.yml on " + s.PR.BaseRef + "."
	}
	e.Title, e.Live, e.With, e.Decided = s.PR.Title, true, with, s.Now
	return e, nil
}

// toldByAsking are the keys of which the conditions say what came of them.
var toldByAsking = regexp.MustCompile(`^(policies\[\d+\]\.)?(when|unless|never)(\.|$)`)

// set adds what else is set in each section that is on; of policies, in the one that decides.
func (e *explanation) set(c rules.Config, answers []rules.Answer) {
	if c.File == nil {
		return
	}
	for i, r := range e.Rules {
		s := c.File.Sections[r.Rule]
		at := slices.IndexFunc(rules.Forms, func(f config.Form) bool { return f.Name == r.Rule })
		if s == nil || s.Off || at < 0 {
			continue
		}
		settings := s.Settings(rules.Forms[at])
		decides := policyPath(settings, answers[i])
		for _, set := range settings {
			key := strings.TrimPrefix(set.Key, r.Rule+".")
			elsewhere := strings.HasPrefix(key, "policies") && (decides == "" || !strings.HasPrefix(set.Key, decides))
			if set.Value != config.Unset && !elsewhere && !toldByAsking.MatchString(key) {
				e.Rules[i].Settings = append(e.Rules[i].Settings, explainedSetting{key, set.Value, set.Place.String()})
			}
		}
	}
}

// policyPath is where the settings of the policy that decides begin, "merge.policies[1]."; empty where none of the file's does.
func policyPath(settings []config.Setting, a rules.Answer) string {
	name := ""
	for _, r := range a.Because {
		if r.Code == rules.CodePolicy {
			name = r.Args["policy"]
		}
	}
	for _, set := range settings {
		if path, ok := strings.CutSuffix(set.Key, ".name"); ok && strings.Contains(path, "policies[") && name != "" {
			number := strings.TrimSuffix(path[strings.LastIndexByte(path, '[')+1:], "]")
			if i, err := strconv.Atoi(number); err == nil && (set.Value == name || set.Place.File == "" && name == strconv.Itoa(i+1)) {
				return path + "."
			}
		}
	}
	return ""
}

// door is a way to GitHub: the App's, where the server's variables are set, else that of GITHUB_TOKEN.
func (a *app) door() (*github.Client, error) {
	r := &reader{env: a.env}
	o := github.Options{
		V3URL:  r.url("GITHUB_V3_API_URL", "https://api.github.com/"),
		V4URL:  r.url("GITHUB_V4_API_URL", "https://api.github.com/graphql"),
		WebURL: r.url("GITHUB_WEB_URL", "https://github.com/"), Log: zerolog.Nop(), Now: a.clock,
	}
	hasKey := a.env("GITHUB_APP_PRIVATE_KEY") != "" || a.env("GITHUB_APP_PRIVATE_KEY_FILE") != ""
	switch {
	case hasKey:
		o.AppID, o.Key = r.appID(), r.key()
	case a.env("GITHUB_TOKEN") != "":
		o.Token = a.env("GITHUB_TOKEN")
		if a.env("GITHUB_APP_INTEGRATION_ID") != "" {
			o.AppID = r.appID() // tells our own check runs from others
		}
	default:
		r.fail("there is no way to GitHub", "set GITHUB_TOKEN to a token that may read, or the server's GITHUB_APP_INTEGRATION_ID and GITHUB_APP_PRIVATE_KEY_FILE")
	}
	if r.err != nil {
		return nil, r.err
	}
	return github.New(o)
}

func notThere(err error, what string) error {
	if errors.Is(err, github.ErrGone) {
		return usageError{"GitHub shows no " + what, "is it written so, and may the App or the token see it?"}
	}
	return err
}

// GitHub computes whether a pull request can be merged after it was first asked; so long it is asked again.
const (
	computedTries = 4
	computedPause = time.Second
)

func computed(ctx context.Context, client *github.Client, ref github.RepoRef, number int) (*rules.Snapshot, error) {
	for try := 1; ; try++ {
		s, err := client.PR(ctx, ref, number)
		if err != nil || try == computedTries || !s.PR.IsOpen() || s.PR.Mergeable != rules.Unknown {
			return s, err
		}
		pause := time.NewTimer(computedPause)
		select {
		case <-ctx.Done():
			pause.Stop()
			return nil, ctx.Err()
		case <-pause.C:
		}
	}
}

// decideNow asks the rules, and loads what they need to know of people and teams. known are tokens by people's ids.
func decideNow(ctx context.Context, client *github.Client, ref github.RepoRef, s *rules.Snapshot, known map[int64]string) ([]rules.Verdict, error) {
	for range 3 {
		for _, who := range s.Everybody() {
			who.Token = known[who.ID]
		}
		verdicts := rules.Decide(rules.All, s)
		var need rules.Need
		for _, v := range verdicts {
			need.Logins = append(need.Logins, v.Need.Logins...)
			need.Teams = append(need.Teams, v.Need.Teams...)
		}
		if need.Empty() {
			return verdicts, nil
		}
		if err := client.Need(ctx, ref, s, need); err != nil {
			return nil, err
		}
	}
	return nil, errors.New("the rules ask for people again and again")
}

// remind adds what pitcrew remembers of the pull request, if there is a log here, and gives the people whom that names: their
// tokens by id.
func (a *app) remind(ctx context.Context, s *rules.Snapshot) (map[int64]string, error) {
	where, err := a.where()
	if err != nil {
		return nil, err
	}
	log, err := eventlog.OpenReadOnly(where)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer log.Close() //nolint:errcheck // nothing was written
	if s.PR.Memory, _, err = engine.Recall(ctx, log, s.Subject); err != nil {
		return nil, err
	}
	repo, _, err := engine.Recall(ctx, log, rules.RepoSubject(s.Repo.ID))
	if err != nil {
		return nil, err
	}
	s.Recent = repo.Recent
	if s.Paused, err = engine.PausesOf(ctx, log, s.Repo.ID, s.Repo.Installation); err != nil {
		return nil, err
	}
	return tokens(ctx, log, s.PR.Memory, repo.Recent)
}

// tokens are the tokens that the memories of a pull request and its repository name people by.
func tokens(ctx context.Context, log *eventlog.DB, m *rules.Memory, recent map[string]int64) (map[int64]string, error) {
	named := slices.Concat(m.Asked, slices.Collect(maps.Keys(m.RefusedUntil)), slices.Collect(maps.Keys(recent)))
	byID := map[int64]string{}
	for _, token := range named {
		who, ok, err := log.Person(ctx, token)
		if err != nil {
			return nil, err
		}
		if ok {
			byID[who.ID] = token
		}
	}
	return byID, nil
}

// progress says on a terminal what takes long, and takes it back when it is done.
func (a *app) progress(what string) (done func()) {
	if !isTerminal(a.err) {
		return func() {}
	}
	fmt.Fprintf(a.err, "%s …", what)
	return func() { fmt.Fprintf(a.err, "\r%s\r", strings.Repeat(" ", len(what)+2)) }
}
