package config

import (
	"slices"

	"gopkg.in/yaml.v3"
)

// OrgFile is the organisation's .platform.org.yml in its repository .github. Of its keys only observe is read; any other one
// is a Problem of Level Hold, because it might forbid what a repository's file allows.
type OrgFile struct {
	Observe Observe
	Set     bool // the file has observe
}

// orgKeys are the keys that only the organisation's file has.
var orgKeys = []string{"apply", "locked", "groups"}

// ReadOrg reads an organisation's file. If any Problem is returned, nothing may be done in any of its repositories.
func ReadOrg(name string, text []byte) (*OrgFile, []Problem) {
	r := newReader(name, text)
	org := &OrgFile{}
	root := r.parse(text)
	if root == nil {
		_, problems := r.finish()
		return org, problems
	}
	r.check(root)
	r.top(root, slices.Concat(topKeys, orgKeys), func(key, value *yaml.Node) {
		switch key.Value {
		case "version":
			r.version(value)
		case "observe":
			org.Set = true
			r.observe(key, value)
		default:
			r.report(Hold, at(key), key.Value, "known but not built yet in the organisation's file: pitcrew does nothing in any repository while it is here", "remove it to let the repositories' files act")
		}
	})
	org.Observe = r.file.Observe
	_, problems := r.finish()
	return org, problems
}
