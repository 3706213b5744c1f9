package bench

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/pitcrew-app/pitcrew/config"
	"github.com/pitcrew-app/pitcrew/rules"
)

var configs = Bench{"config", "a .platform.yml of 64 KiB and hostile ones, and a decision, beside a bare parse", runConfig}

// What reading and deciding may cost at most.
const (
	configTimes = 3  // times the bare parse of the same bytes
	configMB    = 50 // allocated in all for one file
)

// largest is how large a file may be, in bytes.
const largest = 64 << 10

func runConfig(ctx context.Context, o Options) ([]Row, error) {
	o.say("config: reading, beside yaml.v3's own parse")
	rounds := o.of(50, 1)
	var rows []Row
	most := 0.0
	for _, f := range configFiles() {
		text := []byte(f.text)
		parsed := text
		if f.readable != "" {
			parsed = []byte(f.readable)
		}
		ours, bare := timed(rounds, parsed, func() { config.Check(".platform.yml", text, rules.Forms) })
		rows = append(rows, beside("config: "+f.name, ours, bare))
		most = max(most, allocated(func() { config.Check(".platform.yml", text, rules.Forms) }))
	}
	decided, err := decideOne(rounds)
	if err != nil {
		return nil, err
	}
	rows = append(rows, decided, Row{"config: allocated for one file, at worst", most, "MB", nil, new(float64(configMB)), Lower})
	simulated, err := simulateMany(ctx, o)
	return append(rows, simulated...), err
}

func beside(name string, ours, bare float64) Row {
	return Row{name, ours, "ms", new(bare), new(configTimes * bare), Lower}
}

// timed is how long something takes, and how long a bare parse of a text, in milliseconds: in turns, and the fastest of some
// rounds, for what else runs here only slows them.
func timed(rounds int, text []byte, do func()) (ours, bare float64) {
	bestOurs, bestBare := time.Hour, time.Hour
	for range rounds {
		start := time.Now()
		yaml.Unmarshal(text, new(yaml.Node)) //nolint:errcheck // hostile files are wrong
		parsed := time.Now()
		do()
		bestBare, bestOurs = min(bestBare, parsed.Sub(start)), min(bestOurs, time.Since(parsed))
	}
	return float64(bestOurs.Nanoseconds()) / 1e6, float64(bestBare.Nanoseconds()) / 1e6
}

// allocated is how much memory something takes in all, in MB. What it holds at once is less.
func allocated(do func()) float64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	do()
	runtime.ReadMemStats(&after)
	return float64(after.TotalAlloc-before.TotalAlloc) / 1e6
}

type configFile struct {
	name, text string
	readable   string // yaml.v3 gives up at the first mistake, and we name them all: the same text without them is parsed instead
}

// configFiles are a right file as large as one may be, and wrong ones that cost a careless reader much.
func configFiles() []configFile {
	const head = "version: 1\nmerge: "
	laughs := "version: 1\na: &a [x, x, x, x, x, x, x, x, x]\n"
	for c := 'b'; c < 'k'; c++ {
		laughs += fmt.Sprintf("%c: &%c [%s*%c]\n", c, c, strings.Repeat("*"+string(c-1)+", ", 8), c-1)
	}
	fit := func(s string) string { return s[:min(len(s), largest)] }
	unquoted := fit(head + "{never: {label: [" + strings.Repeat("@a, ", 16000) + "]}}")
	return []configFile{
		{"64 KiB, right", largeConfig(), ""},
		{"nested brackets", fit(head + strings.Repeat("[", largest)), ""},
		{"nested braces", fit(head + strings.Repeat("{a: ", largest/4)), ""},
		{"a huge key", fit("version: 1\n" + strings.Repeat("k", largest-20) + ": 1\n"), ""},
		{"bad UTF-8", fit("version: 1\n#" + strings.Repeat("x", largest-100) + "\xff\xfe\n"), ""},
		{"billion laughs", laughs, ""},
		{"10,000 matchers", fit(head + "{policies: [" + strings.Repeat("{when:}, ", 7000) + "]}"), ""},
		{"10,000 values without quotes", unquoted, strings.ReplaceAll(unquoted, "@", "x")},
	}
}

// largeConfig is a right file of nearly 64 KiB.
func largeConfig() string {
	var b strings.Builder
	b.WriteString("version: 1\nzone: Europe/Madrid\nreviewers: {}\nupdate: {when: {label: automerge}}\nmerge:\n  never: {label: [hold, \"do-not-*\"]}\n  policies:\n")
	for i := 0; b.Len() < largest-400; i++ {
		fmt.Fprintf(&b, "    - name: team-%d\n      when: {label: [automerge-%d, \"ready-%d-*\"], base: [main, \"release/*\"]}\n      unless: {title: \"WIP*\"}\n      approvals: 2\n      checks: [build, \"e2e-%d *\"]\n", i, i, i, i)
	}
	b.WriteString("    - {name: rest, when: {label: automerge}}\n")
	return b.String()
}

// decideOne decides about a pull request that the last policy of the large file matches.
func decideOne(rounds int) (Row, error) {
	text := []byte(largeConfig())
	file, problems := config.Read(".platform.yml", text)
	if len(problems) > 0 {
		return Row{}, fmt.Errorf("the large file is wrong: %v", problems[0])
	}
	p := &rules.PR{
		Number: 7, State: "OPEN", Head: headOfHouse, BaseRef: "main", Mergeable: rules.Yes, MergeState: "CLEAN", Behind: rules.No,
		Labels: []string{"automerge"}, Author: rules.Person{ID: 1, Login: "ana"}, Memory: &rules.Memory{},
	}
	s := &rules.Snapshot{
		Subject: rules.PRSubject(1, 7), Now: time.Now(), PR: p, Repo: rules.Repo{ID: 1, Methods: []string{rules.MethodSquash}},
		Config: rules.Config{File: file}, People: map[string]*rules.Person{}, Members: map[string][]rules.Person{},
	}
	if verdicts := rules.Decide(rules.All, s); !slices.ContainsFunc(verdicts, waitsForApproval) {
		return Row{}, fmt.Errorf("the large file decides otherwise: %+v", verdicts)
	}
	ours, bare := timed(rounds, text, func() { rules.Decide(rules.All, s) })
	return beside("config: deciding one pull request", ours, bare), nil
}

func waitsForApproval(v rules.Verdict) bool {
	return slices.ContainsFunc(v.Because, func(r rules.Reason) bool { return r.Code == rules.CodeApprovals })
}
