package handlers

import (
	"cmp"
	"strconv"
	"strings"
)

// people are those whom a payload names, so that whatever else names them can be told.
type people struct {
	ids   map[string]bool // numeric ids as they are written
	names map[string]bool // logins, names and the like in lower case
}

// personFields are what names a person in an account, and in who wrote a commit.
var personFields = []string{"login", "name", "email", "username"}

// peopleOf looks through a whole payload.
func peopleOf(doc object) people {
	p := people{ids: map[string]bool{}, names: map[string]bool{}}
	p.collect(doc, "")
	return p
}

func (p people) collect(o object, name string) {
	if isWriter(o) || isAccount(o) && !isOrganization(o, name) {
		p.add(o)
	}
	for i := range o {
		if f := &o[i]; f.inner != nil && !strings.HasSuffix(f.name, "app") { // whose App it is, its checks may be called after
			p.collect(f.inner, cmp.Or(f.name, name))
		}
	}
}

func (p people) add(o object) {
	if id := o.id("id"); id != 0 {
		p.ids[strconv.FormatInt(id, 10)] = true
	}
	for _, name := range personFields {
		if text := strings.ToLower(o.text(name)); len(text) > 1 && text != "github" {
			p.names[text] = true
		}
	}
}

// identifies says that a number is a person's id: by its field's name, or since an account of the payload has it.
func (p people) identifies(name, number string) bool {
	prefix, isID := strings.CutSuffix(name, "id")
	if !isID || prefix != "" && !strings.HasSuffix(prefix, "_") {
		return false
	}
	return p.ids[number] || personIDs[prefix]
}

// unnamed is the name of a thing, or nothing if it is an address or names somebody of the payload.
func (p people) unnamed(title string) string {
	if isAddress(title) {
		return ""
	}
	text := strings.ToLower(title)
	for name := range p.names {
		if strings.Contains(text, name) {
			return ""
		}
	}
	return title
}

// isAddress says that a name has an address in it, of a person or on the web.
func isAddress(name string) bool {
	return strings.Contains(name, "@") || strings.Contains(name, "://") || strings.Contains(name, "www.")
}

// isAccount says that an object is one of GitHub's: a user, a bot, an organisation.
func isAccount(o object) bool { return o.find("login") != nil }

// hasIdentity says that an account's id is that of a user, a bot or an organisation: an invitation has a login as well, and
// an id of its own.
func hasIdentity(o object) bool { return o.find("avatar_url") != nil || o.find("type") != nil }

// isOrganization is for an account in a field; the payload's own organisation does not say its type.
func isOrganization(o object, field string) bool {
	return o.text("type") == "Organization" || field == "organization"
}

// isWriter says that an object is who wrote a commit, as git knows it.
func isWriter(o object) bool { return o.find("email") != nil && o.find("name") != nil }
