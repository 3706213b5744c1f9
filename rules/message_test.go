package rules

import (
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/pitcrew-app/pitcrew/config"
)

func TestForeignTextActsOnNobody(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"plain", "Add a thing, for #12 and ana@example.com", "Add a thing, for #12 and ana@example.com"},
		{"a mention", "thanks @ana", "thanks @ ana"},
		{"a team", "(@acme/core)", "(@ acme/core)"},
		{"a mention behind another", "@@ana .@bo", "@@ ana .@ bo"},
		{"a lone @", "5 @ 3, @, a@", "5 @ 3, @, a@"},
		{"a mention in pieces", "@\u200bana", "@ ana"},
		{"closes", "Fixes #12", "Fixes issue #12"},
		{"closes with a colon", "resolved: acme/api#3", "resolved: issue acme/api#3"},
		{"closes in a fork", "fix bo#3", "fix issue bo#3"},
		{"closes over lines", "closes\n#3", "closes\nissue #3"},
		{"closes by address", "Close https://github.com/acme/api/issues/3", "Close issue https://github.com/acme/api/issues/3"},
		{"closes as of old", "FIX GH-7", "FIX issue GH-7"},
		{"closes in pieces", "fi\u200bxes #12", "fixes issue #12"},
		{"a fix with its own number", "Crash fix (#7)", "Crash fix (#7)"},
		{"a prefix", "prefixes #12", "prefixes #12"},
		{"skips", "[skip ci] [CI SKIP] [no ci] [skip actions] [actions skip]", "(skip ci) (CI SKIP) (no ci) (skip actions) (actions skip)"},
		{"skips within brackets", "[[skip ci]]", "[(skip ci)]"},
		{"skips elsewhere", "[skip netlify] ***NO_CI***", "(skip netlify) NO_CI"},
		{"other brackets", "[x] a[no] [WIP] [nothing] [skipped]", "[x] a(no) [WIP] [nothing] [skipped]"},
		{"no checks", "x\n\n\nskip-checks: true", "x\n\n\nskip-checks true"},
		{"a sign-off", "x\nSigned-off-by: ana <ana@example.com>\n> Reviewed-By : bo", "x\nSigned-off-by ana <ana@example.com>\n> Reviewed-By bo"},
		{"a sign-off with more colons", "Acked-by: :: x", "Acked-by x"},
		{"on behalf", "on-behalf-of: @acme <a@acme.io>", "on-behalf-of @ acme <a@acme.io>"},
		{"within a line", "it was signed-off-by: me", "it was signed-off-by: me"},
		{"other ends of lines", "a\r\nCo-authored-by: x\rb\u2028c", "a\nCo-authored-by x\nb\nc"},
		{"turned around", "a\u202eb\u2066c\u0007d\u00a0e", "abcd e"},
		{"no UTF-8", "a\xffb", "a\uFFFDb"},
		{"what joins letters, and tabs", "a\u200cb\u200dc\td", "a\u200cb\u200dc\td"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := neutral(c.in); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestTitleFitsALine(t *testing.T) {
	long := strings.Repeat("word ", 30)
	for _, c := range []struct{ name, template, title, want string }{
		{"short", "{title} (#{number})", "Add a thing", "Add a thing (#7)"},
		{"all", "{author}: {head} into {base}", "", "ana: topic into main"},
		{"long", "{title} (#{number})", long, "word word word word word word word word word word word word word… (#7)"},
		{"one long word", "{number} {title}", strings.Repeat("é", 100), "7 " + strings.Repeat("é", 69) + "…"},
		{"exactly so long", "{title} (#{number})", strings.Repeat("x", 67), strings.Repeat("x", 67) + " (#7)"},
		{"one too long", "{title} (#{number})", strings.Repeat("x", 68), strings.Repeat("x", 66) + "… (#7)"},
		{"lines", "{title}", "a\r\n\r\nSigned-off-by: b", "a Signed-off-by b"},
		{"made with the template", "fixes {title}", "#12", "fixes issue #12"},
		{"of nothing that can be seen", "{title}", "\u202e", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := settings(t, file(t, "merge: {title: "+`"`+c.template+`"`+"}"))
			got := m.message(snapshot(Config{}, fit()), with(func(p *PR) { p.Title = c.title }), MethodSquash).Title
			if got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func wrote(text string, by ...Author) Commit {
	return Commit{ID: "c", Message: text, Authors: by}
}

func TestTextOfTheCommit(t *testing.T) {
	ana := Author{"Ana", "1+ana@users.noreply.github.com", 1}
	bo := Author{"Bo", "bo@example.com", 2}
	bot := Author{"tool[bot]", "77+tool[bot]@users.noreply.github.com", 0}
	ours := Author{"pitcrew[bot]", "990+pitcrew[bot]@users.noreply.github.com", 0}
	for _, c := range []struct {
		name, body, method string
		change             func(p *PR)
		want               string
	}{
		{"what the author says", bodyPull, MethodSquash, func(p *PR) { p.Body = "Why.\r\n\r\nFixes #1" }, "Why.\n\nFixes issue #1"},
		{"nothing said", bodyPull, MethodSquash, func(p *PR) { p.Body = "" }, ""},
		{"what the template says", bodyPull, MethodSquash, func(p *PR) {
			p.Body = "<!-- Describe\nit -->\n## What\n\nIt adds.\n\n\n\n## How\n\n## Checklist\n- [ ] tests\n- [x] docs\n### Kind\n<!-- open"
		}, "## What\n\nIt adds.\n\n## Checklist\n\n- docs"},
		{"a comment that hides the end of a word", bodyPull, MethodSquash, func(p *PR) { p.Body = "fi<!-- -->xes #1" }, "fixes issue #1"},
		{"its commits", bodyCommits, MethodMerge, func(p *PR) {
			p.Commits = []Commit{wrote("Add\n\nWhy so.\n\nCo-authored-by: Bo <bo@example.com>\n", ana, bo), {ID: "m", Message: "Merge branch 'main' into topic"}, wrote("Mend [skip ci]", ana)}
		}, "* Add\n\nWhy so.\n\n* Mend (skip ci)"},
		{"nothing, and who wrote it", "empty", MethodSquash, func(p *PR) {
			p.Body = "secret"
			p.Commits = []Commit{wrote("x", ana, bo), wrote("y", Author{"Bo Other", "BO@example.com", 0}), wrote("z", bot), wrote("u", ours), wrote("v", Author{"Bo", "other@example.com", 2})}
		}, "Co-authored-by: Bo <bo@example.com>\nCo-authored-by: tool[bot] <77+tool[bot]@users.noreply.github.com>"},
		{"nothing", "empty", MethodSquash, func(p *PR) { p.Body, p.Commits = "secret", []Commit{wrote("x", ana)} }, ""},
		{"a merge keeps its commits", bodyPull, MethodMerge, func(p *PR) { p.Body, p.Commits = "Why.", []Commit{wrote("x", bo)} }, "Why."},
		{"names that do more", "empty", MethodSquash, func(p *PR) {
			p.Commits = []Commit{wrote("x", Author{"@bo fixes #3\nSigned-off-by: x <x@y>", "q@example.com", 0}, Author{"Cy", "cy@example.com>\nReviewed-by: x <a@b", 0}, Author{"", "nobody@example.com", 0}, Author{"Di", "x/@di", 0}, Author{"@<el>", "el@example.com", 0})}
		}, "Co-authored-by: @ bo fixes issue #3 Signed-off-by x x@y <q@example.com>\nCo-authored-by: @ el <el@example.com>"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := settings(t, file(t, "merge: {body: "+c.body+"}"))
			got := m.message(snapshot(Config{}, fit()), with(c.change), c.method)
			if got.Body == nil || got.Title != "" {
				t.Fatalf("%+v", got)
			}
			if diff := cmp.Diff(c.want, *got.Body); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestNoTextIsSentUnasked(t *testing.T) {
	both := "merge: {title: '{title}', body: pull-request}"
	refused := with(func(p *PR) {
		p.Memory.Backoff = map[string]Backoff{KindMerge: {Key: head, Plain: true}}
	})
	forAnother := with(func(p *PR) {
		p.Memory.Backoff = map[string]Backoff{KindMerge: {Key: head}}
	})
	moved := with(func(p *PR) {
		p.Memory.Backoff = map[string]Backoff{KindMerge: {Key: "before", Plain: true}}
	})
	for _, c := range []struct {
		name, config, method string
		p                    *PR
		title, body          bool
	}{
		{"asked", both, MethodSquash, fit(), true, true},
		{"not asked", "merge: {}", MethodSquash, fit(), false, false},
		{"title alone", "merge: {title: '{title}'}", MethodMerge, fit(), true, false},
		{"a rebase has none", both, MethodRebase, fit(), false, false},
		{"refused at this head", both, MethodSquash, refused, false, false},
		{"refused for another reason", both, MethodSquash, forAnother, true, true},
		{"refused at the head before", both, MethodSquash, moved, true, true},
	} {
		m := settings(t, file(t, c.config)).message(snapshot(Config{}, fit()), c.p, c.method)
		if (m.Title != "") != c.title || (m.Body != nil) != c.body {
			t.Errorf("%s: %+v", c.name, m)
		}
	}
}

// That GitHub refused the text is said where there is one, it was refused at this head, and only of that refusal.
func TestRefusedTextIsSaid(t *testing.T) {
	const own, theirs = "merge: {title: '{title}'}", "for a reason that pitcrew does not know"
	for _, c := range []struct {
		name, config string
		code         Code
		status       string
		refused      Backoff
		said         bool
	}{
		{"the text", own, CodeRefused, "422", Backoff{Key: head, Plain: true}, true},
		{"of GitHub's own text", "merge: {}", CodeRefused, "422", Backoff{Key: head, Plain: true}, false},
		{"something else", own, CodeRefused, "405", Backoff{Key: head, Plain: true}, false},
		{"not for the text", own, CodeRefused, "422", Backoff{Key: head}, false},
		{"at another head", own, CodeRefused, "422", Backoff{Key: "before", Plain: true}, false},
		{"another reason", own, CodeBarred, "422", Backoff{Key: head, Plain: true}, false},
	} {
		p := with(func(p *PR) { p.Memory.Backoff = map[string]Backoff{KindMerge: c.refused} })
		reasons := []Reason{reason(c.code, Stopped, "status", c.status, "why", theirs)}
		settings(t, file(t, c.config)).tellOfText(reasons, p)
		if said := reasons[0].Args["why"] != theirs; said != c.said {
			t.Errorf("%s: says %q", c.name, reasons[0].Args["why"])
		}
	}
}

func TestRefusedTextIsRemembered(t *testing.T) {
	var m Memory
	act := func(kind string, status int, key string) {
		m.foldAct(EventIntended, noon, Act{Kind: kind, Key: key})
		m.foldAct(EventRefused, noon, Act{Kind: kind, Key: key, Status: status})
	}
	for _, c := range []struct {
		kind   string
		status int
		key    string
		want   bool
	}{
		{KindMerge, 405, "h1", false}, {KindMerge, 422, "h1", true}, {KindMerge, 405, "h1", true}, {KindMerge, 405, "h2", false}, {KindUpdate, 422, "h2", false},
	} {
		if act(c.kind, c.status, c.key); m.Backoff[c.kind].Plain != c.want {
			t.Errorf("%s %d at %s: %v", c.kind, c.status, c.key, m.Backoff[c.kind])
		}
	}
}

// What must not be in a text that lands, found in another way than it is taken out.
var live = []*regexp.Regexp{
	regexp.MustCompile(`(?:^|[^A-Za-z0-9_])@[A-Za-z0-9_-]`),
	regexp.MustCompile(`(?i)\b(?:close|closes|closed|fix|fixes|fixed|resolve|resolves|resolved):?\s+(?:[\w./-]*#\d+|gh-\d+|https?://\S+/(?:issues|pull)/\d+)`),
	regexp.MustCompile(`(?i)\[(?:skip ci|ci skip|no ci|skip actions|actions skip)\]`),
	regexp.MustCompile(`(?mi)^\s*(?:signed-off-by|reviewed-by|co-authored-by|acked-by|skip-checks)\s*:`),
}

// piece is a part of a text that somebody wrote with bad intent, or none.
func piece() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.SampledFrom([]string{"@ana", "@acme/core", "@", "fixes", "Closes:", "reſolve", " ", "\n", "\r", "\t", "#1", "acme/api#2", "GH-3", "https://github.com/a/b/issues/4",
			"[", "]", "skip ci", "ci skip", "no ci", "skip", "ci", "Signed-off-by", "Co-authored-by:", ":", "skip-checks: true", "<!--", "-->", "## ", "- [ ] ", "- [x] ", "\u200b", "\u202e", "\u00ad", "\xff", "é", "…", "\u2028", "***NO_CI***", "<", ">", "x@y.z"}),
		rapid.String())
}

func foreign(t *rapid.T, label string) string {
	return strings.Join(rapid.SliceOfN(piece(), 0, 20).Draw(t, label), "")
}

func TestWhateverPeopleWriteTheCommitDoesNothing(t *testing.T) {
	templates := []string{"{title} (#{number})", "{title}", "fixes {title}", "[{head}] {title} @{author} {base} {number}", "{number}: {title}{head}"}
	rapid.Check(t, func(t *rapid.T) {
		template := rapid.SampledFrom(templates).Draw(t, "template")
		body := rapid.SampledFrom([]string{bodyPull, bodyCommits, "empty"}).Draw(t, "body")
		p := fit()
		p.Title, p.Body, p.HeadRef = foreign(t, "title"), foreign(t, "text"), foreign(t, "head")
		for range rapid.IntRange(0, 3).Draw(t, "commits") {
			who := Author{foreign(t, "name"), rapid.OneOf(rapid.Just("cy@example.com"), rapid.Just("5+x[bot]@users.noreply.github.com"), rapid.Custom(func(t *rapid.T) string { return foreign(t, "address") })).Draw(t, "email"), 0}
			p.Commits = append(p.Commits, wrote(foreign(t, "message"), who))
		}
		if rapid.Bool().Draw(t, "long") {
			p.Body += strings.Repeat(rapid.SampledFrom([]string{"fixes #1 ", "é", "@ana\n"}).Draw(t, "filling"), 20000)
			p.Title += strings.Repeat("@ana ", 30)
		}
		m := fileMerge(t, template, body)
		got := m.message(snapshot(Config{}, p), p, MethodSquash)
		if n := utf8.RuneCountInString(got.Title); n > maxTitle || strings.ContainsAny(got.Title, "\r\n\t") {
			t.Errorf("the title has %d characters: %q", n, got.Title)
		}
		if m.Title.Has("number") && !strings.Contains(got.Title, "7") {
			t.Errorf("the number is not in %q", got.Title)
		}
		if len(*got.Body) > maxBody {
			t.Errorf("the text has %d bytes", len(*got.Body))
		}
		text, trailers := *got.Body, ""
		if i := strings.Index("\n"+text, "\nCo-authored-by: "); i >= 0 {
			text, trailers = text[:i], text[i:]
		}
		for _, part := range []string{got.Title, text} {
			harmless(t, part)
		}
		for line := range strings.Lines(trailers) {
			name, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimSuffix(line, "\n"), "Co-authored-by: "), " <")
			harmless(t, name)
			if strings.Count(line, "<") != 1 || strings.Count(line, ">") != 1 || !strings.HasPrefix(line, "Co-authored-by: ") {
				t.Errorf("the trailer %q", line)
			}
		}
	})
}

func harmless(t tester, text string) {
	t.Helper()
	if !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool {
		return unicode.IsControl(r) && r != '\n' && r != '\t' || unicode.Is(unicode.Bidi_Control, r)
	}) {
		t.Errorf("%q has what cannot be seen", text)
	}
	for _, l := range live {
		if found := l.FindString(text); found != "" {
			t.Errorf("%q is live in %q", found, text)
		}
	}
}

func FuzzNeutral(f *testing.F) {
	for _, text := range []string{"@ana fixes #1 [skip ci]\nSigned-off-by: x", "\u200b@\xff", "[[no ci] ci skip]", "closes:\r\n\r\nGH-1"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) { harmless(t, neutral(text)) })
}

// fileMerge is the section with a title and a body.
func fileMerge(t *rapid.T, title, body string) MergeSettings {
	m := mergeDefaults
	if err := decodeInto(&m, "merge: {title: '"+title+"', body: "+body+"}"); err != "" {
		t.Fatal(err)
	}
	return m
}

func decodeInto(m *MergeSettings, text string) string {
	f, problems := config.Read(".platform.yml", []byte("version: 1\n"+text))
	for _, p := range append(problems, f.Sections["merge"].Decode(m)...) {
		return p.String()
	}
	return ""
}
