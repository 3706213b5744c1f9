package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/pitcrew-app/pitcrew/config"
)

// checkFormats are the ways in which check answers.
var checkFormats = map[string]func(io.Writer, *checked) error{
	"text": checkedText, "json": checkedJSON, "github": checkedGitHub, "sarif": checkedSARIF,
}

func checkedText(w io.Writer, f *checked) error {
	var b strings.Builder
	for _, p := range f.Problems {
		fmt.Fprintf(&b, "%s: %s: %s\n", p.Place(), p.Level, p.Sentence())
	}
	fmt.Fprintf(&b, "%s: %s\n", f.Name, f.verdict())
	_, err := io.WriteString(w, b.String())
	return err
}

// verdict sums up in a few words.
func (f *checked) verdict() string {
	if len(f.Problems) == 0 {
		return "nothing is wrong"
	}
	var parts []string
	for _, level := range []config.Level{config.Error, config.Hold, config.Notice} {
		switch n := f.count(level); {
		case n == 1:
			parts = append(parts, "1 "+level.String())
		case n > 1:
			parts = append(parts, fmt.Sprintf("%d %ss", n, level))
		}
	}
	return strings.Join(parts, ", ")
}

func checkedJSON(w io.Writer, f *checked) error {
	doc := *f
	if doc.Problems == nil {
		doc.Problems = []config.Problem{}
	}
	return printJSON(w, struct {
		checked
		Errors int `json:"errors"`
	}{doc, f.count(config.Error)})
}

// checkedGitHub writes workflow commands: a runner of GitHub Actions makes annotations of them.
// https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
func checkedGitHub(w io.Writer, f *checked) error {
	commands := map[config.Level]string{config.Error: "error", config.Hold: "warning", config.Notice: "notice"}
	for _, p := range f.Problems {
		_, err := fmt.Fprintf(w, "::%s file=%s,line=%d,col=%d,title=pitcrew::%s\n",
			commands[p.Level], commandProperty.Replace(p.File), p.Line, p.Column, commandText.Replace(p.Sentence()))
		if err != nil {
			return err
		}
	}
	return nil
}

// What a workflow command cannot hold as it is.
var (
	commandText     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	commandProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// SARIF 2.1.0, as far as code scanning reads it.
// https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
type (
	sarif struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool       sarifTool     `json:"tool"`
		ColumnKind string        `json:"columnKind"`
		Results    []sarifResult `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name  string      `json:"name"`
		Rules []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID    string    `json:"id"`
		Short sarifText `json:"shortDescription"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleID    string          `json:"ruleId"`
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations"`
	}
	sarifLocation struct {
		Physical struct {
			Artifact struct {
				URI string `json:"uri"`
			} `json:"artifactLocation"`
			Region struct {
				Line   int `json:"startLine"`
				Column int `json:"startColumn"`
			} `json:"region"`
		} `json:"physicalLocation"`
	}
)

// sarifRules are the levels: code scanning wants each result to be of a rule.
var sarifRules = []sarifRule{
	{"error", sarifText{"The file is wrong: what it governs stops."}},
	{"hold", sarifText{"Known and not built yet, and would hold something back: its section stops."}},
	{"notice", sarifText{"Worth knowing; nothing stops."}},
}

func checkedSARIF(w io.Writer, f *checked) error {
	run := sarifRun{Tool: sarifTool{sarifDriver{"pitcrew", sarifRules}}, ColumnKind: "unicodeCodePoints", Results: []sarifResult{}}
	levels := map[config.Level]string{config.Error: "error", config.Hold: "warning", config.Notice: "note"}
	for _, p := range f.Problems {
		r := sarifResult{RuleID: p.Level.String(), Level: levels[p.Level], Message: sarifText{p.Sentence()}, Locations: make([]sarifLocation, 1)}
		at := &r.Locations[0].Physical
		at.Artifact.URI, at.Region.Line, at.Region.Column = p.File, p.Line, p.Column
		run.Results = append(run.Results, r)
	}
	doc, err := json.MarshalIndent(sarif{"https://json.schemastore.org/sarif-2.1.0.json", "2.1.0", []sarifRun{run}}, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(w, string(doc))
	return err
}
