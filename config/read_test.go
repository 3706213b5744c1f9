package config

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestRead(t *testing.T) {
	f, problems := Read(".platform.yml", []byte("version: 1\nzone: Europe/Madrid\nobserve: check\nmerge: {}\nupdate: off\n"))
	if len(problems) > 0 || len(f.Notices) > 0 {
		t.Fatalf("%v, %v", problems, f.Notices)
	}
	if f.Zone.String() != "Europe/Madrid" || f.Observe != ObserveCheck || f.Name != ".platform.yml" {
		t.Errorf("zone %v, observe %v, name %v", f.Zone, f.Observe, f.Name)
	}
	if m := f.Sections["merge"]; m == nil || m.Off || m.Line != 4 || m.Name != "merge" {
		t.Errorf("merge: %+v", m)
	}
	if u := f.Sections["update"]; u == nil || !u.Off {
		t.Errorf("update: %+v", u)
	}
	if len(f.Sections) != 2 {
		t.Errorf("%d sections, want 2", len(f.Sections))
	}
	if problems := f.Sections["update"].Decode(&update{}); problems != nil {
		t.Errorf("off decodes with %v", problems)
	}
}

func TestObserve(t *testing.T) {
	for text, want := range map[string]Observe{
		"": ObserveNo, "observe: false\n": ObserveNo, "observe: true\n": ObserveYes, "observe: check\n": ObserveCheck,
		// What cannot be read must not let the program act.
		"observe: chek\n": ObserveYes, "observe:\n": ObserveYes, "observe: [false]\n": ObserveYes, "observe: \"false\"\n": ObserveYes,
	} {
		if f, _ := Read("", []byte("version: 1\n"+text)); f.Observe != want {
			t.Errorf("%q: %v, want %v", text, f.Observe, want)
		}
	}
}

func TestDecodeKeepsDefaultsAndReplacesLists(t *testing.T) {
	f, _ := Read("", []byte("version: 1\nreviewers: {from: [history], load: 1, unless: {draft: true}}\n"))
	r := reviewers{Request: 2, From: Strings{"owners", "history"}, People: true, Load: 0.5}
	if problems := f.Sections["reviewers"].Decode(&r); problems != nil {
		t.Fatal(problems)
	}
	want := reviewers{Request: 2, From: Strings{"history"}, People: true, Load: 1, Unless: r.Unless}
	if diff := cmp.Diff(want, r); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if r.Unless.Any(pull(nil)).Match != No || r.Unless.IsZero() {
		t.Errorf("unless was not read: %+v", r.Unless)
	}
}

func TestDecodeValues(t *testing.T) {
	m := decodeMerge(t, `merge:
  method: rebase
  policies:
    - {name: one, when: {label: automerge}, approvals: 2, checks: required}
    - {method: merge, checks: [build, "E2E *"]}
`)
	if m.Method != "rebase" || len(m.Policies) != 2 || m.Policies[0].Method != nil || m.Policies[1].Method == nil {
		t.Fatalf("%+v", m)
	}
	if p := m.Policies[0]; p.Name != "one" || p.Approvals != 2 || p.Checks.Word != "required" || p.Checks.Names != nil {
		t.Errorf("%+v", p)
	}
	if p := m.Policies[1]; *p.Method != "merge" || p.Checks.Word != "" || p.Checks.Names.Index("e2e (linux)") != 1 || p.Checks.Names.Match("lint") {
		t.Errorf("%+v", p)
	}
}

func TestDurations(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"30m": 30 * time.Minute, "36h": 36 * time.Hour, "2d": 48 * time.Hour, "1w": 168 * time.Hour, "1d12h": 36 * time.Hour, "0m": 0,
		"9999w": -1, "9999w9999w": -1, "1d9999w": -1,
	} {
		var got struct {
			D Duration `yaml:"soak"`
		}
		f, _ := Read("", []byte("version: 1\nmerge: {soak: "+text+"}\n"))
		problems := f.Sections["merge"].Decode(&got)
		if tooLong := want < 0; tooLong != (len(problems) > 0) || !tooLong && time.Duration(got.D) != want {
			t.Errorf("%s: %v, %v, want %v", text, time.Duration(got.D), problems, want)
		}
	}
}

func TestSectionProblem(t *testing.T) {
	f, _ := Read(".platform.yml", []byte("version: 1\nmerge:\n  policies:\n    - name: a\n    - name: a\n"))
	s := f.Sections["merge"]
	want := `.platform.yml:5:13: merge: two policies have the name "a"; give one another name`
	if got := s.Problem("policies[1].name", `two policies have the name "a"`, "give one another name").String(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if p := s.Problem("nowhere[3].x", "m", ""); p.Line != 2 {
		t.Errorf("a path that leads nowhere points at line %d, want 2", p.Line)
	}
}

func TestStops(t *testing.T) {
	if Stops([]Problem{{Level: Notice}}) || !Stops([]Problem{{Level: Notice}, {Level: Hold}}) || !Stops([]Problem{{Level: Error}}) || Stops(nil) {
		t.Error("a notice stops nothing, anything else does")
	}
}

// hostile are texts that would cost a careless reader much.
func hostile() map[string]string {
	const size = maxSize - 100
	head := "version: 1\nmerge: "
	laughs := "version: 1\na: &a [x, x, x, x, x, x, x, x, x]\n"
	for c := 'b'; c < 'k'; c++ {
		laughs += string(c) + ": &" + string(c) + " [" + strings.Repeat("*"+string(c-1)+", ", 8) + "*" + string(c-1) + "]\n"
	}
	var keys strings.Builder
	for i := 0; keys.Len() < size; i++ {
		keys.WriteString(strings.Repeat("k", i%50) + "x: 1\n")
	}
	return map[string]string{
		"lists":      head + strings.Repeat("[", size),
		"mappings":   head + strings.Repeat("{a: ", size/4),
		"questions":  strings.Repeat("? ", size/2),
		"dashes":     strings.Repeat("- ", size/2),
		"laughs":     laughs,
		"keys":       keys.String(),
		"long key":   "version: 1\n" + strings.Repeat("a", size) + ": 1\n",
		"long value": head + "{method: " + strings.Repeat("s", size-20) + "}\n",
		"matchers":   head + "{policies: [" + strings.Repeat("{when: {base: a}}, ", size/20) + "]}\n",
		"stars":      head + "{never: {label: [" + strings.Repeat("*, ", size/4) + "]}}\n",
		"ats":        head + strings.Repeat("@", size),
		"quotes":     head + strings.Repeat("\"", size),
		"colons":     head + strings.Repeat("a: ", size/3),
		"comments":   strings.Repeat("#\n", size/2),
		"tags":       head + strings.Repeat("!a ", size/3),
		"directive":  strings.Repeat("%YAML 1.1\n", size/10),
		"tabs":       strings.Repeat("\t\n", size/2) + "\t@",
		"brackets":   head + strings.Repeat("[a ", size/3) + "@",
		"a[b[":       head + "{a: " + strings.Repeat("a[", size/2-10),
		"a[b]":       head + "{a: [" + strings.Repeat("a[b],", size/5-10),
	}
}

// Hostile text is answered. How fast is a benchmark's to say; a text that is not read in reasonable time would end in the
// time limit of the test.
func TestHostileFilesAreWrong(t *testing.T) {
	for name, text := range hostile() {
		if problems := readAll(text); len(problems) == 0 {
			t.Errorf("%s: nothing is said about it", name)
		}
	}
}

func BenchmarkHostileFiles(b *testing.B) {
	for name, text := range hostile() {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				readAll(text)
			}
		})
	}
}

func TestOfManyMisreadValuesTheFirstAreReported(t *testing.T) {
	text := "version: 1\nmerge: {never: {label: [" + strings.Repeat("@a, ", 900) + "b]}}\nzone: Nowhere\n"
	problems := readAll(text)
	if n := len(problems); n != maxMisread+1 || problems[n-1].Path != "zone" {
		t.Errorf("%d problems, the last %v", n, problems[n-1])
	}
}

func TestTooLarge(t *testing.T) {
	text := "version: 1\n#" + strings.Repeat("x", maxSize)
	if problems := readAll(text); len(problems) != 1 || !strings.Contains(problems[0].Message, "bytes") {
		t.Errorf("%v", problems)
	}
}
