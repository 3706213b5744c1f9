package config

import (
	"reflect"
	"slices"
)

// Form is the form of a section: what may stand in it, and what holds where nothing does. The reader, the layers, the JSON
// Schema and the reference page are all made from it.
type Form struct {
	Name string
	Doc  string // one sentence: what it is for
	// Text says what decides, a paragraph each: who has read it and the table of keys can tell what will be done.
	Text []string
	// Defaults is a struct. Its tags are the form, see Section.Decode; these are for people:
	//
	//	doc:"people to ask"         what the key is for; nobody needs a second sentence
	//	default:"the method of merge"   what holds without it, where the value in Defaults does not say so
	//	lock:"joined"               what becomes of a locked key: joined, larger or smaller; else the lower layer's stays
	//	names:"label"               what on GitHub its texts are names of, see Mention
	//	words:"owners history"      those of its texts that are no names
	Defaults any
}

// fields are the fields of the section that have a key, in order.
func (f Form) fields() []reflect.StructField { return fieldsOf(reflect.TypeOf(f.Defaults)) }

func fieldsOf(t reflect.Type) []reflect.StructField {
	return slices.DeleteFunc(slices.Collect(t.Fields()), func(f reflect.StructField) bool { return keyOf(f) == "" || keyOf(f) == "-" })
}

// fresh is a pointer to a copy of the defaults.
func (f Form) fresh() reflect.Value {
	v := reflect.New(reflect.TypeOf(f.Defaults))
	v.Elem().Set(reflect.ValueOf(f.Defaults))
	return v
}

// keysOf are the keys of sections as `locked` names them: "merge", "merge.never".
func keysOf(forms []Form) []string {
	var keys []string
	for _, f := range forms {
		keys = append(keys, f.Name)
		for _, field := range f.fields() {
			keys = append(keys, f.Name+"."+keyOf(field))
		}
	}
	return keys
}

// rule is what becomes of a key of a section when it is locked.
func (f Form) rule(key string) string {
	field, _ := fieldNamed(reflect.TypeOf(f.Defaults), key)
	return field.Tag.Get("lock")
}
