package config_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"gopkg.in/yaml.v3"

	"github.com/pitcrew-app/pitcrew/config"
	"github.com/pitcrew-app/pitcrew/rules"
)

func TestSchemaFiles(t *testing.T) {
	golden(t, "../docs/platform.schema.json", string(config.Schema(rules.Forms)))
	golden(t, "../docs/platform.org.schema.json", string(config.OrgSchema(rules.Forms)))
}

func schema(t *testing.T, text []byte) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("platform.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("platform.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// beyond are the bad files in which only the reader finds the mistake: what stands there has the right form.
var beyond = strings.Fields(`alias anchor block-text comment-cut comment-in-value duplicate merge-key on-off-text tag two-documents
	zone-local zone-wrong zone-untold glob-nothing braces-many title-long title-twice`)

// The schema and the reader agree: what has no error is valid, and what has one is not, unless it is beyond a schema.
func TestSchemaAgreesWithTheReader(t *testing.T) {
	repository, organisation := schema(t, config.Schema(rules.Forms)), schema(t, config.OrgSchema(rules.Forms))
	files, err := filepath.Glob("testdata/*/*.yml")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range append(files, "platform.example.yml") {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var doc any
		if yaml.Unmarshal(text, &doc) != nil {
			continue // no YAML, hence nothing for a schema
		}
		of, base := repository, strings.TrimSuffix(filepath.Base(name), ".yml")
		if strings.HasPrefix(base, "org-") {
			of = organisation
		}
		wrong := slices.ContainsFunc(checkNamed(name, string(text)), func(p config.Problem) bool { return p.Level == config.Error })
		err = of.Validate(doc)
		switch {
		case err != nil && !wrong:
			t.Errorf("%s is right, and the schema says: %v", name, err)
		case err == nil && wrong && !slices.Contains(beyond, base):
			t.Errorf("%s is wrong, and valid by the schema", name)
		case err != nil && slices.Contains(beyond, base):
			t.Errorf("%s is not beyond the schema", name)
		}
	}
}

// A key with a typo is no key to an editor either.
func TestSchemaKnowsTheKeysOfTheExample(t *testing.T) {
	s, lines := schema(t, config.Schema(rules.Forms)), strings.Split(example(t), "\n")
	for _, k := range exampleKeys(t) {
		broken := slices.Clone(lines)
		broken[k.line] = lines[k.line][:k.index] + "q" + lines[k.line][k.index:]
		var doc any
		if err := yaml.Unmarshal([]byte(strings.Join(broken, "\n")), &doc); err != nil {
			t.Fatal(err)
		}
		if s.Validate(doc) == nil {
			t.Errorf("line %d: q%s is valid", k.line+1, k.word)
		}
	}
}
