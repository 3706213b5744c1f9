package ghsim

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
)

// gqlObject is a JSON object whose keys keep the order of the query.
type gqlObject struct {
	keys   []string
	values []any
}

func (o *gqlObject) set(key string, v any) {
	o.keys, o.values = append(o.keys, key), append(o.values, v)
}

// object is the response as it is sent: data before errors.
func (r gqlResponse) object() gqlObject {
	var o gqlObject
	if r.Executed {
		o.set("data", r.Data)
	}
	if len(r.Errors) > 0 {
		o.set("errors", r.Errors)
	}
	return o
}

// appendJSON writes a value. encoding/json would copy each object once for every object around it.
func appendJSON(b []byte, v any) ([]byte, error) {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...), nil
	case bool:
		return strconv.AppendBool(b, v), nil
	case int:
		return strconv.AppendInt(b, int64(v), 10), nil
	case int64:
		return strconv.AppendInt(b, v, 10), nil
	case gqlObject:
		return v.appendJSON(b)
	case []any:
		return appendList(b, v)
	}
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return append(b, bytes.TrimRight(buf.Bytes(), "\n")...), err
}

func (o gqlObject) appendJSON(b []byte) ([]byte, error) {
	b = append(b, '{')
	for i, k := range o.keys {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(append(append(b, '"'), k...), '"', ':') // response names need no escaping
		var err error
		if b, err = appendJSON(b, o.values[i]); err != nil {
			return nil, err
		}
	}
	return append(b, '}'), nil
}

func appendList(b []byte, list []any) ([]byte, error) {
	b = append(b, '[')
	for i, e := range list {
		if i > 0 {
			b = append(b, ',')
		}
		var err error
		if b, err = appendJSON(b, e); err != nil {
			return nil, err
		}
	}
	return append(b, ']'), nil
}

// writeJSON sends a value with a status.
func writeJSON(w http.ResponseWriter, status int, v any) {
	b, err := appendJSON(nil, v)
	if err != nil {
		http.Error(w, "ghsim: "+err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b) // the connection is the client's to lose
}
