package config

import (
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
)

// object is a part of a JSON Schema.
type object = map[string]any

// draft is the version of JSON Schema that editors take (yaml-language-server, IntelliJ).
// https://json-schema.org/draft-07/json-schema-release-notes
const draft = "http://json-schema.org/draft-07/schema#"

// Schema is the JSON Schema of a .platform.yml. It knows the structure; what it cannot say (a zone that does not exist, a key
// that contradicts another), Check does.
func Schema(forms []Form) []byte {
	return schemaText("pitcrew: .platform.yml", topSchema(forms))
}

// OrgSchema is the JSON Schema of an organisation's .platform.org.yml.
func OrgSchema(forms []Form) []byte {
	top := topSchema(forms)
	locked := object{"enum": keysOf(forms)}
	group := sectionRefs(forms)
	for name, s := range structProperties(reflect.TypeFor[groupForm]()) {
		group[name] = s
	}
	props := top["properties"].(object)
	for name, s := range structProperties(reflect.TypeFor[orgForm]()) {
		props[name] = s
	}
	for _, in := range []object{props, group} {
		in["locked"].(object)["anyOf"] = []object{locked, {"type": "array", "items": locked}}
	}
	props["groups"] = object{"type": "array", "description": docGroups, "items": object{
		"type": "object", "additionalProperties": false, "required": []string{"repositories"}, "properties": group,
	}}
	return schemaText("pitcrew: .platform.org.yml", top)
}

func schemaText(title string, top object) []byte {
	top["$schema"], top["title"] = draft, title
	text, err := json.MarshalIndent(top, "", "  ")
	if err != nil {
		panic(err) // maps of strings always marshal
	}
	return append(text, '\n')
}

func topSchema(forms []Form) object {
	props := sectionRefs(forms)
	props["version"] = object{"const": 1, "description": docVersion}
	props["zone"] = object{"type": "string", "minLength": 1, "description": docZone}
	props["observe"] = object{"enum": []any{false, true, "check"}, "description": docObserve}
	props["comment"] = object{"type": "boolean", "description": docComment}
	return object{
		"type": "object", "additionalProperties": false, "required": []string{"version"}, "properties": props,
		"definitions": definitions(forms),
	}
}

// ref is what stands under definitions. In this version of JSON Schema nothing may stand beside a $ref but within allOf.
func ref(name string) object { return object{"allOf": []object{{"$ref": "#/definitions/" + name}}} }

func sectionRefs(forms []Form) object {
	props := object{}
	for name := range definitions(forms) {
		if name != "matcher" {
			props[name] = ref(name)
		}
	}
	return props
}

// definitions are the sections, each of which may be off, and the matcher that stands in many of them.
func definitions(forms []Form) object {
	props := object{"matcher": matcherSchema()}
	for _, f := range forms {
		props[f.Name] = object{"description": f.Doc, "anyOf": []object{{"const": "off"}, structSchema(reflect.TypeOf(f.Defaults))}}
	}
	for _, f := range laterSections {
		s := typeSchema(f.of.Field(0).Type, "")
		props[f.name] = object{"description": f.doc + notBuilt, "anyOf": []object{{"const": "off"}, s}}
	}
	return props
}

const notBuilt = " (not built yet)"

func structSchema(t reflect.Type) object {
	return object{"type": "object", "additionalProperties": false, "properties": structProperties(t)}
}

func structProperties(t reflect.Type) object {
	props := object{}
	for _, f := range fieldsOf(t) {
		s := typeSchema(f.Type, f.Tag)
		if doc := docOf(f); doc != "" {
			s["description"] = doc
		}
		props[keyOf(f)] = s
	}
	return props
}

// docOf is what a key is for, and whether it does anything yet.
func docOf(f reflect.StructField) string {
	doc := f.Tag.Get("doc")
	switch f.Tag.Get("later") {
	case "hold":
		doc += " (not built yet: while it is here, the section does nothing)"
	case "notice":
		doc += notBuilt
	}
	return doc
}

// typeSchema is the schema of what a field reads.
func typeSchema(t reflect.Type, tag reflect.StructTag) object {
	if own, ok := reflect.New(t).Interface().(value); ok {
		return own.schema(tag)
	}
	switch t.Kind() {
	case reflect.Pointer:
		return typeSchema(t.Elem(), tag)
	case reflect.Struct:
		return structSchema(t)
	case reflect.Slice:
		return object{"type": "array", "maxItems": maxList, "items": typeSchema(t.Elem(), tag)}
	case reflect.Map:
		return object{"type": "object", "additionalProperties": typeSchema(t.Elem(), tag)}
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Int:
		return bounds(object{"type": "integer"}, tag)
	case reflect.Float64:
		return bounds(object{"type": "number"}, tag)
	}
	return textSchema(tag)
}

func bounds(s object, tag reflect.StructTag) object {
	for key, word := range map[string]string{"minimum": "min", "maximum": "max"} {
		if f, err := strconv.ParseFloat(tag.Get(word), 64); err == nil {
			s[key] = f
		}
	}
	return s
}

func textSchema(tag reflect.StructTag) object {
	if choices := strings.Fields(tag.Get("choices")); len(choices) > 0 {
		return object{"enum": choices}
	}
	return object{"type": "string", "minLength": 1}
}

// oneOrMany is a value or a list of them, each once.
func oneOrMany(one object) object {
	return object{"anyOf": []object{one, {"type": "array", "maxItems": maxList, "uniqueItems": true, "items": one}}}
}

func patternSchema() object { return object{"type": "string", "minLength": 1, "maxLength": maxPattern} }

// partsSchema is what a key of a matcher names and takes away.
func partsSchema(one object, required ...string) object {
	list := object{"anyOf": []object{one, {"type": "array", "minItems": 1, "maxItems": maxList, "uniqueItems": true, "items": one}}}
	parts := object{"type": "object", "additionalProperties": false, "minProperties": 1, "properties": object{"any": list, "except": list}}
	if len(required) > 0 {
		parts["required"] = required
	}
	return object{"anyOf": []object{list, parts}}
}

func textsSchema() object       { return partsSchema(patternSchema()) }
func textsOfManySchema() object { return partsSchema(patternSchema(), "any") }
func flagSchema() object        { return object{"type": "boolean"} }
func sizeSchema() object        { return new(Size).schema("") }
func spanSchema() object        { return new(Duration).schema("") }
func bumpSchema() object {
	one := object{"enum": []string{"patch", "minor", "major"}}
	return object{"anyOf": []object{one, {"type": "array", "minItems": 1, "maxItems": maxList, "uniqueItems": true, "items": one}}}
}

func authorSchema() object {
	return partsSchema(object{"type": "string", "pattern": loginForm.String() + "|" + teamForm.String()})
}

func (v *Strings) schema(tag reflect.StructTag) object {
	one := textSchema(tag)
	if tag.Get("names") == kindAuthor {
		one = object{"type": "string", "pattern": loginForm.String() + "|" + teamForm.String()}
	}
	return oneOrMany(one)
}

func (v *Patterns) schema(reflect.StructTag) object { return oneOrMany(patternSchema()) }

func (v *Selection) schema(tag reflect.StructTag) object {
	return object{"anyOf": []object{textSchema(tag), {"type": "array", "maxItems": maxList, "uniqueItems": true, "items": patternSchema()}}}
}

func (v *Duration) schema(reflect.StructTag) object {
	return object{"type": "string", "pattern": durationForm.String()}
}

func (v *Size) schema(reflect.StructTag) object {
	return object{"type": "string", "pattern": `^(over|under) [1-9][0-9]{0,6}$`}
}

func (v *Window) schema(reflect.StructTag) object {
	return object{"type": "string", "pattern": strings.Join([]string{weekForm.String(), daysForm.String(), datesForm.String()}, "|")}
}

func (v *Windows) schema(tag reflect.StructTag) object { return oneOrMany(new(Window).schema(tag)) }

func (m *Matcher) schema(reflect.StructTag) object { return ref("matcher") }

func matcherSchema() object {
	props := object{}
	for _, row := range matchKeys {
		s := row.schema()
		s["description"] = row.doc
		props[row.name] = s
	}
	return object{"type": "object", "additionalProperties": false, "properties": props}
}

func (v *Strings) words(tag reflect.StructTag) string {
	if tag.Get("names") == kindAuthor {
		return "words, logins, teams: one or a list"
	}
	return "text or list of texts"
}

func (v *Patterns) words(reflect.StructTag) string { return "text or list of texts, `*` for any text" }

func (v *Selection) words(tag reflect.StructTag) string {
	return choiceWords(tag) + ", or a list of names, `*` for any text"
}

func (v *Duration) words(reflect.StructTag) string { return "span of time" }
func (v *Size) words(reflect.StructTag) string     { return "size" }
func (v *Window) words(reflect.StructTag) string   { return "stretch of time" }
func (v *Windows) words(reflect.StructTag) string  { return "stretch of time or list of them" }
func (m *Matcher) words(reflect.StructTag) string  { return "matcher" }
