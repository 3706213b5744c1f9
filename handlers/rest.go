package handlers

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"
)

// What has no name of its own among the facts is kept under "rest", in the shape of the payload: metrics that nobody has
// thought of yet are computed from it. The rule, for each scalar:
//
//   - Numbers and flags are kept, but for the ids of people.
//   - A text is dropped, unless its form and its place say that it is an instant, a commit id, a word of GitHub's own,
//     an advisory's id, the name of a thing (see words.go), or a branch that lasts. Of any other branch only that it is one.
//   - An account is a person's token, {"bot":token} for a bot's, and the id of an organisation.
//   - What every payload says anew is its id: repositories, Apps, the organisation, the installation; but not in the
//     events that are about them.
//   - A list of texts that are dropped is how many there were.
//
// Names of fields are GitHub's own words, so they are kept if they have that form; what lies in the few fields that hold
// whatever somebody else's program put there is dropped whole.
const (
	restName = "rest"
	// maxRest bounds it, in bytes: a push may list 2048 commits. What comes later is left out, and the fact "cut" says so.
	maxRest = 64 << 10
	// maxText is in bytes: what is longer is a sentence.
	maxText = 512
	// someBranch stands for a branch that somebody named.
	someBranch = "*"
)

// rest writes what is kept, as JSON.
type rest struct {
	*reading
	ctx context.Context
	out []byte
}

func (r *reading) collectRest(ctx context.Context) {
	w := rest{reading: r, ctx: ctx, out: make([]byte, 0, 2048)}
	for _, path := range []string{"action", "number", "sender", "installation", "repository"} { // the event has them
		if v := r.doc.at(path); v != nil && !slices.Contains(aboutThemselves[r.event], path) {
			v.kept = true
		}
	}
	if w.fields(r.doc, "") {
		r.facts[restName] = json.RawMessage(w.out)
	}
}

// fields writes an object, if there is anything to keep of it.
func (w *rest) fields(o object, within string) bool {
	start := len(w.out)
	w.out = append(w.out, '{')
	for i := range o {
		f := &o[i]
		if f.kept || f.kind == jsonNull || strings.HasSuffix(f.name, "url") || !isFieldName(f.name) || strangers[f.name] {
			continue
		}
		before := len(w.out)
		w.out = append(append(append(w.out, '"'), f.name...), '"', ':')
		if !w.value(&f.value, f.name, within) {
			w.out = w.out[:before]
			continue
		}
		w.out = append(w.out, ',')
	}
	return w.end(start, '}')
}

// end closes an object or a list, or takes it back if it is empty.
func (w *rest) end(start int, bracket byte) bool {
	if len(w.out) == start+1 {
		w.out = w.out[:start]
		return false
	}
	w.out[len(w.out)-1] = bracket
	return true
}

// value writes the value of a field within another, or nothing. The items of a list are values of its field.
func (w *rest) value(v *value, name, within string) bool {
	if len(w.out) > maxRest {
		w.facts["cut"] = true
		return false
	}
	switch v.kind {
	case jsonFalse, jsonTrue:
		w.out = strconv.AppendBool(w.out, v.kind == jsonTrue)
		return true
	case jsonNumber:
		return len(v.raw) <= 24 && !w.people.identifies(name, v.raw) && w.raw(v.raw)
	case jsonText, jsonEscaped:
		return len(v.raw) <= maxText && w.text(v.text(), name, within)
	case jsonList:
		return w.list(v.inner, name, within)
	case jsonObject:
		return w.object(v.inner, name)
	}
	return false
}

func (w *rest) raw(text string) bool {
	w.out = append(w.out, text...)
	return true
}

func (w *rest) quoted(text string) bool {
	doc, err := json.Marshal(text)
	w.out = append(w.out, doc...)
	return err == nil
}

// object writes an object, or what stands for it.
func (w *rest) object(o object, name string) bool {
	switch {
	case isAccount(o):
		return w.account(o, name)
	case isWriter(o):
		return false
	case w.isContext(o, name):
		id := o.id("id")
		return id != 0 && w.raw(strconv.FormatInt(id, 10))
	}
	return w.fields(o, name)
}

// account writes who it is.
func (w *rest) account(o object, name string) bool {
	id := o.id("id")
	switch {
	case id == 0 || !hasIdentity(o):
		return false
	case isOrganization(o, name):
		return w.raw(strconv.FormatInt(id, 10))
	}
	token := w.token(w.ctx, id, o.text("login"))
	if token == "" || o.text("type") != "Bot" {
		return token != "" && w.quoted(token)
	}
	return w.raw(`{"bot":`) && w.quoted(token) && w.raw(`}`)
}

// isContext says that an object is told anew by each payload, and this event is not about it.
func (w *rest) isContext(o object, name string) bool {
	if slices.Contains(aboutThemselves[w.event], name) {
		return false
	}
	return contexts[name] || o.find("full_name") != nil
}

func (w *rest) list(items object, name, within string) bool {
	start, texts := len(w.out), 0
	w.out = append(w.out, '[')
	for i := range items {
		if items[i].isText() {
			texts++
		}
		if w.value(&items[i].value, name, within) {
			w.out = append(w.out, ',')
		}
	}
	return w.end(start, ']') || texts > 0 && w.raw(strconv.Itoa(texts))
}

// text writes a text of which form and place say that it is no person, no address and no sentence.
func (w *rest) text(text, name, within string) bool {
	if text == "" {
		return false
	}
	if t := instant(text); !t.IsZero() {
		return w.quoted(t.Format(time.RFC3339Nano))
	}
	if name == "from" || name == "to" || within == "permissions" { // of a change: the field around it says what it is
		name, within = within, ""
	}
	switch {
	case commitFields[name]:
		if id := sha(text); id != "" {
			return w.quoted(id)
		}
		return branchFields[name] && w.branch(text)
	case branchFields[name] || name == "name" && within == "branches":
		return w.branch(text)
	case isOwnWord(name, text):
		return w.quoted(strings.ToLower(text))
	case titleFields[within+"."+name]:
		kept := w.people.unnamed(title(text))
		return kept != "" && w.quoted(kept)
	}
	return isAdvisory.MatchString(text) && w.quoted(text)
}

// branch writes a branch that lasts, or a tag; of any other only that it is one.
func (w *rest) branch(ref string) bool {
	if tag, ok := strings.CutPrefix(ref, "refs/tags/"); ok {
		kept := w.people.unnamed(title(tag))
		return kept != "" && w.quoted("refs/tags/"+kept)
	}
	if ref = strings.TrimPrefix(ref, "refs/heads/"); w.lasts(ref) {
		if kept := w.people.unnamed(title(ref)); kept != "" {
			return w.quoted(kept)
		}
	}
	return w.quoted(someBranch)
}
