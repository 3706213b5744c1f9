package github

import (
	"regexp"
	"slices"
	"strings"
)

// What a GitHub lacks is learned from its own refusal, once: an error of validation carries a code and names what is unknown
// (graphql-ruby's undefinedField, argumentNotAccepted, cannotSpreadFragment), and a document that was refused so did nothing,
// mutations included. Versions are not asked for: which of them knows a field is in no table that GitHub publishes.
// https://docs.github.com/en/enterprise-server@3.17/graphql/overview/public-schema

// previews open mergeStateStatus and updateRefs on servers that had not released them yet; others take no notice.
// https://docs.github.com/en/enterprise-server@3.3/graphql/overview/schema-previews
const previews = "application/vnd.github.merge-info-preview+json, application/vnd.github.update-refs-preview+json"

// optional marks a line of a document that is left out where something is lacking, or that is only asked there.
var optional = regexp.MustCompile(`# (needs|instead of) (\S+)$`)

// lacking is what the server said it does not know, as lines of documents name it; empty: the error is another one.
func (e graphError) lacking() string {
	x := e.Extensions
	switch x.Code {
	case "undefinedField":
		return x.TypeName + "." + x.FieldName
	case "argumentNotAccepted":
		return x.Name + "(" + x.ArgumentName + ")"
	case "cannotSpreadFragment":
		return x.ParentName + ":" + x.TypeName
	}
	return ""
}

// prune gives the document as this server can answer it, with the variables that it then has. @include would not do: an unknown
// field fails validation all the same.
func (c *Client) prune(text string, vars map[string]any) (string, map[string]any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var kept []string
	for line := range strings.SplitSeq(text, "\n") {
		m := optional.FindStringSubmatch(line)
		if m == nil || c.lacks[m[2]] == (m[1] == "instead of") {
			kept = append(kept, strings.TrimSpace(optional.ReplaceAllString(line, "")))
		}
	}
	pruned := strings.Join(kept, "\n")
	left := map[string]any{}
	for name, value := range vars {
		if strings.Contains(pruned, "$"+name+":") {
			left[name] = value
		}
	}
	return pruned, left
}

// learn takes note of what the server said it lacks, as far as the document may do without. It reports whether there was any:
// then the document is worth sending again.
func (c *Client) learn(text string, errs []graphError) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	learned := false
	for _, e := range errs {
		what := e.lacking()
		if what == "" || c.lacks[what] || !slices.Contains(needsOf(text), what) {
			continue
		}
		c.lacks[what], learned = true, true
		c.opts.Log.Info().Str("lacks", what).Msg("this GitHub lacks something; going another way")
	}
	return learned
}

// needsOf lists what a document can do without.
func needsOf(text string) []string {
	var list []string
	for line := range strings.SplitSeq(text, "\n") {
		if m := optional.FindStringSubmatch(line); m != nil {
			list = append(list, m[2])
		}
	}
	return list
}

// without says whether this server is known to lack something.
func (c *Client) without(what string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.lacks[what]
}
