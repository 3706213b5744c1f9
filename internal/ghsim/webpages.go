package ghsim

import (
	"bytes"
	"encoding/json"
	"html/template"
	"net/http"
	"net/url"
	"strings"
)

// serveWeb answers the few pages that a browser sees where a person must agree; false: the path is none of them.
func (s *Sim) serveWeb(w http.ResponseWriter, r *http.Request, body []byte) bool {
	run := s.pageAt(r)
	if run == nil {
		return false
	}
	if err := readForm(r, body); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	run(w, r)
	return true
}

// pageAt is the table of pages.
func (s *Sim) pageAt(r *http.Request) http.HandlerFunc {
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	switch path := strings.Join(parts, "/"); {
	case path == "login/oauth/authorize":
		return s.authorize
	case path == "login/oauth/access_token" && r.Method == http.MethodPost:
		return s.accessToken
	case path == "login/device/code" && r.Method == http.MethodPost:
		return s.deviceCode
	case path == "login/device":
		return s.devicePage
	case path == "settings/apps/new", len(parts) == 5 && parts[0] == "organizations" && strings.HasSuffix(path, "/settings/apps/new"):
		return s.newAppPage
	case len(parts) == 4 && parts[0] == "apps" && parts[2] == "installations" && parts[3] == "new":
		return s.installPage
	}
	return nil
}

// readForm reads parameters from the query, a form or JSON: GitHub takes all three.
func readForm(r *http.Request, body []byte) error {
	if !strings.Contains(r.Header.Get("Content-Type"), "json") {
		return r.ParseForm()
	}
	var o map[string]string
	if err := json.Unmarshal(body, &o); err != nil {
		return err
	}
	r.Form = r.URL.Query()
	for k, v := range o {
		r.Form.Set(k, v)
	}
	return nil
}

// pageForm shows a sentence, or asks whom to be and sends all parameters along again.
var pageForm = template.Must(template.New("page").Parse(`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{{.Title}}</title></head>
<body><main><h1>{{.Title}}</h1>{{with .Text}}<p>{{.}}</p>{{end}}
{{if .People}}<form method="post">
{{range $k, $v := .Hidden}}<input type="hidden" name="{{$k}}" value="{{$v}}">
{{end}}{{with .Choice}}<p><label>{{.}} <input name="{{.}}"></label></p>{{end}}
{{range .People}}<button name="login" value="{{.}}">Continue as {{.}}</button>
{{end}}<button name="cancel" value="1">Cancel</button></form>{{end}}
</main></body></html>
`))

type pageData struct {
	Title, Text, Choice string
	Hidden              map[string]string
	People              []string
}

// askPage asks whom to be; form is sent along.
func (s *Sim) askPage(w http.ResponseWriter, title, text string, form url.Values) {
	d := pageData{Title: title, Text: text, Hidden: map[string]string{}}
	for k := range form {
		d.Hidden[k] = form.Get(k)
	}
	delete(d.Hidden, "login")
	d.People = s.logins()
	s.writePage(w, http.StatusOK, d)
}

// logins are the people whom a person at a page can be.
func (s *Sim) logins() []string {
	var list []string
	for _, a := range s.w.accounts {
		if a.kind == "User" {
			list = append(list, a.login)
		}
	}
	return list
}

func (s *Sim) sayPage(w http.ResponseWriter, status int, title, text string) {
	s.writePage(w, status, pageData{Title: title, Text: text})
}

func (s *Sim) writePage(w http.ResponseWriter, status int, d pageData) {
	var b bytes.Buffer
	if err := pageForm.Execute(&b, d); err != nil {
		http.Error(w, s.internal(err).Message, http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // the connection is the client's to lose
}
