package manifest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestSetKeepsEveryOtherByte(t *testing.T) {
	in := "{\r\n\t\"name\": \"shop\",\r\n\t\"devDependencies\" : { \"@acme/log\":\"~1.2.3\" , \"b\": \"1.0.0\" },\r\n" +
		"\t\"dependencies\": {\r\n\t\t\"@acme/log\":   \"^1.2.3\",\r\n\t\t\"c\": \"^1.2.3\"\r\n\t},\r\n\t\"note\": \"@acme/log ^1.2.3\"\r\n}\r\n\r\n"
	want := strings.ReplaceAll(in, `"~1.2.3"`, `"~1.10.0"`)
	want = strings.Replace(want, `   "^1.2.3"`, `   "^1.10.0"`, 1)
	got, change, err := NPM{}.Set([]byte(in), "@acme/log", "1.10.0")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("text -want +got:\n%s", diff)
	}
	wantChange := Change{Package: "@acme/log", Version: "1.10.0", Edits: []Edit{
		{"devDependencies", "~1.2.3", "~1.10.0"}, {"dependencies", "^1.2.3", "^1.10.0"},
	}}
	if diff := cmp.Diff(wantChange, change); diff != "" || !change.Any() {
		t.Errorf("change -want +got:\n%s", diff)
	}
}

func TestRanges(t *testing.T) {
	const (
		allows  = "it allows this version already"
		newer   = "it is at a newer version already"
		address = "it is taken from an address and not from the registry"
		folder  = "it is taken from a folder"
		any     = "any version is allowed"
		complex = "the range is compound, so its end is for people to move"
	)
	for _, c := range []struct{ rng, version, want, reason string }{
		{"1.2.3", "1.3.0", "1.3.0", ""},
		{"=1.2.3", "1.3.0", "=1.3.0", ""},
		{"v1.2.3", "1.3.0", "v1.3.0", ""},
		{"^1.2.3", "2.0.0", "^2.0.0", ""},
		{"~1.2.3", "1.2.10", "~1.2.10", ""},
		{">=1.2.3", "1.3.0", ">=1.3.0", ""},
		{">= 1.2.3", "1.3.0", ">= 1.3.0", ""},
		{"^1.2.3-rc.1", "1.2.3", "^1.2.3", ""},
		{"^1.2.3", "1.3.0-rc.1", "^1.3.0-rc.1", ""},
		{"^1.2.3", "1.2.3", "", "it is at this version already"},
		{"^1.2.3", "1.2.3+build", "", "it is at this version already"},
		{"^1.2.3", "1.2.2", "", newer},
		{"^1.2.3", "1.2.3-rc.1", "", newer},
		{"^01.2.3", "2.0.0", "", "its version is no semantic version"},
		{"1.2.3.4", "2.0.0", "", "its version is no semantic version"},
		{"1.x", "1.9.0", "", allows},
		{"1.x", "2.1.0", "2.x", ""},
		{"1.X.x", "2.1.0", "2.X.x", ""},
		{"1", "2.1.0", "2", ""},
		{"^1", "2.1.0", "^2", ""},
		{"v1", "2.1.0", "v2", ""},
		{"~1.2", "1.3.0", "~1.3", ""},
		{"^1.2", "1.3.0", "", allows},
		{"^0.2", "0.3.0", "^0.3", ""},
		{"1.2.x", "1.3.1", "1.3.x", ""},
		{"1.2.x", "1.2.9", "", allows},
		{"1.3.x", "1.2.9", "", newer},
		{"2", "1.2.9", "", newer},
		{"1.x", "2.0.0-rc.1", "", "a range without a full version takes no prerelease"},
		{"*", "2.0.0", "", any},
		{"", "2.0.0", "", any},
		{"x", "2.0.0", "", any},
		{"latest", "2.0.0", "", "it follows the tag latest"},
		{"next-11", "2.0.0", "", "it follows the tag next-11"},
		{">1.2.3", "2.0.0", "", complex},
		{"<2.0.0", "2.0.0", "", complex},
		{">=1.0.0 <2.0.0", "2.0.0", "", complex},
		{"^1.0.0 || ^2.0.0", "3.0.0", "", complex},
		{"1.0.0 - 2.0.0", "3.0.0", "", complex},
		{"workspace:^1.0.0", "3.0.0", "", "it is taken from the workspace"},
		{"workspace:*", "3.0.0", "", "it is taken from the workspace"},
		{"catalog:", "3.0.0", "", "its version is in the workspace's catalog"},
		{"file:../log", "3.0.0", "", folder},
		{"link:../log", "3.0.0", "", folder},
		{"../log", "3.0.0", "", folder},
		{"git+ssh://git@github.com/acme/log.git#v1.0.0", "3.0.0", "", address},
		{"git@github.com:acme/log.git", "3.0.0", "", address},
		{"https://example.com/log.tgz", "3.0.0", "", address},
		{"github:acme/log#v1.0.0", "3.0.0", "", address},
		{"acme/log", "3.0.0", "", address},
		{"acme/log#semver:^1.0.0", "3.0.0", "", address},
	} {
		in := `{"dependencies": {"log": ` + jsonText(c.rng) + `}}`
		got, change, err := NPM{}.Set([]byte(in), "log", c.version)
		if err != nil {
			t.Errorf("%q: %v", c.rng, err)
			continue
		}
		want, wantChange := in, Change{Package: "log", Version: c.version}
		if c.reason == "" {
			want = `{"dependencies": {"log": ` + jsonText(c.want) + `}}`
			wantChange.Edits = []Edit{{"dependencies", c.rng, c.want}}
		} else {
			wantChange.Left = []Left{{"dependencies", c.rng, c.reason}}
		}
		if string(got) != want {
			t.Errorf("%q to %s: %s, want %s", c.rng, c.version, got, want)
		}
		if diff := cmp.Diff(wantChange, change); diff != "" {
			t.Errorf("%q to %s: -want +got:\n%s", c.rng, c.version, diff)
		}
	}
}

func jsonText(s string) string {
	text, _ := json.Marshal(s)
	return strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(string(text))
}

func TestLeftAlone(t *testing.T) {
	for _, c := range []struct{ in, reason string }{
		{`{"peerDependencies": {"log": "^1.0.0"}}`, "a peer dependency says what others may use, so people decide it"},
		{`{"dependencies": {"mine": "npm:log@^1.0.0"}}`, "it has another name here, which people chose for a reason"},
		{`{"dependencies": {"log": "\u005e1.0.0"}}`, "it is written with escapes"},
		{`{"dependencies": {"log": "^1.0.0"}, "overrides": {"log": "1.0.0"}}`, "overrides holds it to a version of its own"},
		{`{"dependencies": {"log": "^1.0.0"}, "resolutions": {"**/log": "1.0.0"}}`, "resolutions holds it to a version of its own"},
		{`{"dependencies": {"log": "^1.0.0"}, "pnpm": {"overrides": {"log@1": "1.0.0"}}}`, "pnpm.overrides holds it to a version of its own"},
	} {
		got, change, err := NPM{}.Set([]byte(c.in), "log", "2.0.0")
		if err != nil || string(got) != c.in || change.Any() || len(change.Left) != 1 || change.Left[0].Reason != c.reason {
			t.Errorf("%s: %s, %+v, %v, want the reason %q", c.in, got, change, err, c.reason)
		}
	}
	// Another package behind the name, another name, and the name elsewhere are no uses.
	for _, in := range []string{
		`{"dependencies": {"log": "npm:other@^1.0.0"}}`, `{"dependencies": {"Log": "^1.0.0"}}`, `{"scripts": {"log": "^1.0.0"}}`,
		`{"nested": {"dependencies": {"log": "^1.0.0"}}}`, `{}`,
	} {
		got, change, err := NPM{}.Set([]byte(in), "log", "2.0.0")
		if err != nil || string(got) != in || change.Any() || change.Left != nil {
			t.Errorf("%s: %s, %+v, %v", in, got, change, err)
		}
	}
}

func TestPackageAndUses(t *testing.T) {
	in := []byte(`{"name": "@acme/shop", "version": "1.2.3", "peerDependencies": {"a": "^1"}, "dependencies": {"b": "1.0.0", "c": "npm:@acme/d@2"}}`)
	name, version, err := NPM{}.Package(in)
	if name != "@acme/shop" || version != "1.2.3" || err != nil {
		t.Errorf("%q %q %v", name, version, err)
	}
	uses, err := NPM{}.Uses(in)
	if err != nil {
		t.Fatal(err)
	}
	want := []Use{{"a", "^1", "peerDependencies"}, {"b", "1.0.0", "dependencies"}, {"@acme/d", "npm:@acme/d@2", "dependencies"}}
	if diff := cmp.Diff(want, uses); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if name, version, err := (NPM{}).Package([]byte(`{"private": true}`)); name != "" || version != "" || err != nil {
		t.Errorf("without a name: %q %q %v", name, version, err)
	}
}

func TestErrors(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", "read package.json: line 1, column 1: unexpected end of JSON input"},
		{"{\n  \"a\": 1,\n  \"é\": }", "read package.json: line 3, column 8: invalid character '}' looking for beginning of value"},
		{"{\"a\": {\"b\": 1,\n \"b\": 2}}", `read package.json: line 2, column 2: duplicate key "b"`},
		{`{"a": [{"b": 1, "b": 2}]}`, `read package.json: line 1, column 17: duplicate key "b"`},
		{"\ufeff{}", "read package.json: line 1: begins with a byte order mark; save it as UTF-8 without one"},
		{"{\"a\": \"\xff\"}", "read package.json: not UTF-8"},
		{"[]", "read package.json: line 1: want an object at the top"},
		{`"name"`, "read package.json: line 1: want an object at the top"},
		{`{"dependencies": []}`, "read package.json: line 1, column 18: dependencies is no object"},
		{`{"dependencies": {"a": 1}}`, `read package.json: line 1, column 24: the range of "a" is no text`},
		{strings.Repeat(`{"a":`, 70) + "1" + strings.Repeat("}", 70), "read package.json: line 1, column 321: nested deeper than 64 levels"},
		{strings.Repeat(" ", maxText) + "{}", "read package.json: 1048578 bytes, and at most 1048576 are read"},
	} {
		if _, err := (NPM{}).Uses([]byte(c.in)); err == nil || err.Error() != c.want {
			t.Errorf("%.40q: %v, want %s", c.in, err, c.want)
		}
	}
	for in, want := range map[string]string{
		`{"name": 1}`:         "read package.json: line 1, column 10: name is no text",
		`{"name": "a b; rm"}`: `read package.json: "a b; rm" is no name of a package`,
		`{"version": {}}`:     "read package.json: line 1, column 13: version is no text",
	} {
		if _, _, err := (NPM{}).Package([]byte(in)); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", in, err, want)
		}
	}
	for _, version := range []string{"v2.0.0", "2.0", "latest", `2.0.0", "evil": "`, ""} {
		if _, _, err := (NPM{}).Set([]byte(`{}`), "log", version); err == nil {
			t.Errorf("version %q is taken", version)
		}
	}
}

var drawVersion = rapid.Custom(func(t *rapid.T) string {
	n := rapid.IntRange(0, 30)
	v := fmt.Sprintf("%d.%d.%d", n.Draw(t, "major"), n.Draw(t, "minor"), n.Draw(t, "patch"))
	return v + rapid.SampledFrom([]string{"", "", "-rc.1", "-alpha"}).Draw(t, "pre")
})

// drawFile is a package.json in odd clothes, and its dependencies.
func drawFile(t *rapid.T) string {
	blank := rapid.SampledFrom([]string{"", " ", "\n", "\r\n", "\t", "  \n  "})
	var b strings.Builder
	sp := func() { b.WriteString(blank.Draw(t, "blank")) }
	sp()
	b.WriteString("{")
	for i, section := range rapid.Permutation([]string{"dependencies", "devDependencies", "peerDependencies", "other"}).Draw(t, "sections") {
		if i > 0 {
			b.WriteString(",")
		}
		sp()
		b.WriteString(`"` + section + `"`)
		sp()
		b.WriteString(":{")
		for j, pkg := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"log", "@acme/log", "logs", "dependencies"}), 0, 3, rapid.ID).Draw(t, "packages") {
			if j > 0 {
				b.WriteString(",")
			}
			sp()
			op := rapid.SampledFrom([]string{"", "^", "~", ">=", "workspace:", "npm:x@"}).Draw(t, "operator")
			b.WriteString(`"` + pkg + `"`)
			sp()
			b.WriteString(":")
			sp()
			b.WriteString(`"` + op + drawVersion.Draw(t, "version") + `"`)
			sp()
		}
		b.WriteString("}")
		sp()
	}
	b.WriteString("}")
	sp()
	return b.String()
}

func TestSetChangesOnlyTheRange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in, version := []byte(drawFile(t)), drawVersion.Draw(t, "to")
		out, change, err := NPM{}.Set(in, "log", version)
		if err != nil {
			t.Fatal(err)
		}
		before, err := NPM{}.Uses(in)
		if err != nil {
			t.Fatal(err)
		}
		// Undone by the text alone, edit for edit, it is the same file.
		undone, rest := []byte(nil), out
		for _, e := range change.Edits {
			i := bytes.Index(rest, []byte(`"`+e.Section+`"`))
			j := i + bytes.Index(rest[i:], []byte(`"log"`))
			k := j + bytes.Index(rest[j:], []byte(`"`+e.To+`"`)) + 1
			undone = append(append(undone, rest[:k]...), e.From...)
			rest = rest[k+len(e.To):]
		}
		if undone = append(undone, rest...); !bytes.Equal(undone, in) {
			t.Fatalf("other bytes changed:\n%s\n%s", in, out)
		}
		after, err := NPM{}.Uses(out)
		if err != nil || len(after) != len(before) {
			t.Fatalf("%d uses, were %d: %v", len(after), len(before), err)
		}
		for i, u := range after {
			if u != before[i] && !(u.Package == "log" && strings.HasSuffix(u.Range, version)) {
				t.Fatalf("%+v became %+v", before[i], u)
			}
		}
		again, second, err := NPM{}.Set(out, "log", version)
		if err != nil || second.Any() || !bytes.Equal(again, out) {
			t.Fatalf("not idempotent: %+v, %v", second, err)
		}
	})
}

func FuzzSet(f *testing.F) {
	f.Add([]byte(`{"dependencies": {"log": "^1.0.0"}}`), "2.0.0")
	f.Add([]byte(`{"dependencies": {"log": "1.x"}, "overrides": {"log": {".": "1"}}}`), "2.0.0-rc.1")
	f.Fuzz(func(t *testing.T, text []byte, version string) {
		out, change, err := NPM{}.Set(text, "log", version)
		if err != nil {
			return
		}
		if !json.Valid(out) || !change.Any() && !bytes.Equal(out, text) {
			t.Fatalf("%q became %q", text, out)
		}
	})
}
