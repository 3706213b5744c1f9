package main

// dropped are the words of OpenAPI that help a reader and judge nothing.
var dropped = map[string]bool{
	"description":               true,
	"summary":                   true,
	"title":                     true,
	"externalDocs":              true,
	"example":                   true,
	"examples":                  true,
	"tags":                      true,
	"deprecated":                true,
	"x-github":                  true,
	"x-githubCloudOnly":         true,
	"x-github-breaking-changes": true,
	"x-github-api-versions":     true,
	"x-deprecation-details":     true,
}

// named are the words whose value is a map from names to things: a property
// called "description" is not a description.
var named = map[string]bool{
	"properties": true,
	"responses":  true,
	"content":    true,
	"headers":    true,
	"paths":      true,
	"callbacks":  true,
}

// literal are the words whose value is data.
var literal = map[string]bool{"enum": true, "default": true, "required": true}

// clean returns v, a part of an OpenAPI document, without what judges nothing.
func clean(v any) any {
	switch v := v.(type) {
	case object:
		return cleanObject(v)
	case []any:
		list := make([]any, len(v))
		for i, e := range v {
			list[i] = clean(e)
		}
		return list
	}
	return v
}

func cleanObject(v object) object {
	out := object{}
	for k, e := range v {
		switch {
		case dropped[k]:
		case k == "discriminator":
			// GitHub's name a word that one of the alternatives, a list,
			// cannot have. The alternatives themselves tell them apart.
		case literal[k]:
			out[k] = e
		case named[k]:
			out[k] = cleanNamed(k, e)
		case k == "oneOf":
			// GitHub's alternatives overlap (a pull request is also a simple
			// pull request), so that "exactly one" refuses its own answers.
			out["anyOf"] = clean(e)
		default:
			out[k] = clean(e)
		}
	}
	return out
}

func cleanNamed(word string, v any) any {
	m, ok := v.(object)
	if !ok {
		return clean(v)
	}
	out := object{}
	for name, e := range m {
		c := clean(e)
		// OpenAPI demands a description of each response.
		if r, ok := c.(object); ok && word == "responses" && r["$ref"] == nil {
			r["description"] = ""
		}
		out[name] = c
	}
	return out
}
