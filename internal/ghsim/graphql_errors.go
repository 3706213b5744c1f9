package ghsim

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/vektah/gqlparser/v2/gqlerror"
)

// gqlWord rewrites a message of gqlparser into GitHub's for the same fault (GitHub runs graphql-ruby), with GitHub's
// code; arg names the extensions, in the order of the pattern's groups.
type gqlWord struct {
	rule    string
	pattern *regexp.Regexp
	format  string // with the groups as %[1]s …
	code    string
	args    []string
}

var gqlWords = []gqlWord{
	{"FieldsOnCorrectType", regexp.MustCompile(`^Cannot query field "(.*?)" on type "(.*?)"`),
		"Field '%[1]s' doesn't exist on type '%[2]s'", "undefinedField", []string{"fieldName", "typeName"}},
	{"KnownArgumentNames", regexp.MustCompile(`^Unknown argument "(.*?)" on field "(?:.*\.)?(.*?)"`),
		"Field '%[2]s' doesn't accept argument '%[1]s'", "argumentNotAccepted", []string{"argumentName", "name"}},
	{"ProvidedRequiredArguments", regexp.MustCompile(`^Field "(.*?)" argument "(.*?)" of type ".*?" is required`),
		"Field '%[1]s' is missing required arguments: %[2]s", "missingRequiredArguments", []string{"name", "arguments"}},
	{"ScalarLeafs", regexp.MustCompile(`^Field "(.*?)" of type "(.*?)!?" must have a selection of subfields`),
		"Field must have selections (field '%[1]s' returns %[2]s but has no selections. Did you mean '%[1]s { ... }'?)", "selectionMismatch", []string{"nodeName", "typeName"}},
	{"ScalarLeafs", regexp.MustCompile(`^Field "(.*?)" must not have a selection since type "(.*?)!?" has no subfields`),
		"Selections can't be made on scalars (field '%[1]s' returns %[2]s but has selections)", "selectionMismatch", []string{"nodeName", "typeName"}},
	{"NoUndefinedVariables", regexp.MustCompile(`^Variable "\$?(.*?)" is not defined(?: by operation "(.*?)")?`),
		"Variable $%[1]s is used by %[2]s but not declared", "variableNotDefined", []string{"variableName"}},
	{"NoUnusedVariables", regexp.MustCompile(`^Variable "\$(.*?)" is never used(?: in operation "(.*?)")?`),
		"Variable $%[1]s is declared by %[2]s but not used", "variableNotUsed", []string{"variableName"}},
	{"KnownFragmentNames", regexp.MustCompile(`^Unknown fragment "(.*?)"`),
		"Fragment %[1]s was used, but not defined", "useAndDefineFragment", []string{"fragmentName"}},
	{"NoUnusedFragments", regexp.MustCompile(`^Fragment "(.*?)" is never used`),
		"Fragment %[1]s was defined, but not used", "useAndDefineFragment", []string{"fragmentName"}},
	{"PossibleFragmentSpreads", regexp.MustCompile(`^Fragment cannot be spread here as objects of type "(.*?)" can never be of type "(.*?)"`),
		"Fragment on %[2]s can't be spread inside %[1]s", "cannotSpreadFragment", []string{"parentName", "typeName"}},
	{"KnownTypeNames", regexp.MustCompile(`^Unknown type "(.*?)"`),
		"No such type %[1]s, so it can't be a fragment condition", "undefinedType", []string{"typeName"}},
	{"VariablesInAllowedPosition", regexp.MustCompile(`^Variable "\$?(.*?)" of type "(.*?)" used in position expecting type "(.*?)"`),
		"Type mismatch on variable $%[1]s and argument (%[2]s / %[3]s)", "variableMismatch", []string{"variableName", "typeName"}},
	{"OverlappingFieldsCanBeMerged", regexp.MustCompile(`^Fields "(.*?)" conflict because "?(.*?)"? and "?(.*?)"? are different fields`),
		"Field '%[1]s' has a field conflict: %[2]s or %[3]s?", "fieldConflict", []string{"fieldName"}},
	{"KnownDirectives", regexp.MustCompile(`^Unknown directive "@(.*?)"`),
		"Directive @%[1]s is not defined", "undefinedDirective", []string{"directiveName"}},
	{"ValuesOfCorrectType", regexp.MustCompile(`^(.*)$`),
		"Argument has an invalid value. %[1]s", "argumentLiteralsIncompatible", nil},
}

// validationErrors are the reasons why a text is not executed, as GitHub sends them: no data, HTTP 200.
func (d *gqlDocument) validationErrors() []*gqlError {
	var out []*gqlError
	for _, e := range d.errs {
		if !d.parsed {
			out = append(out, &gqlError{Message: "Parse error: " + e.Message, Locations: locations(e)})
			continue
		}
		out = append(out, inGitHubsWords(e))
	}
	return out
}

func inGitHubsWords(e *gqlerror.Error) *gqlError {
	for _, w := range gqlWords {
		m := w.pattern.FindStringSubmatch(e.Message)
		if m == nil || strings.TrimSuffix(e.Rule, "WithoutSuggestions") != w.rule {
			continue
		}
		groups, ext := make([]any, 0, len(m)), map[string]any{"code": w.code}
		for i, g := range m[1:] {
			if groups = append(groups, g); i < len(w.args) {
				ext[w.args[i]] = g
			}
		}
		// The format uses its arguments by number and may leave some out.
		text, _, _ := strings.Cut(fmt.Sprintf(w.format, groups...), "%!(EXTRA")
		return &gqlError{Message: text, Extensions: ext, Locations: locations(e)}
	}
	return &gqlError{Message: e.Message, Extensions: map[string]any{"code": e.Rule}, Locations: locations(e)}
}

func locations(e *gqlerror.Error) []gqlLocation {
	var out []gqlLocation
	for _, l := range e.Locations {
		out = append(out, gqlLocation{l.Line, l.Column})
	}
	return out
}
