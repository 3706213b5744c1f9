package server

import (
	"encoding/json"
	"errors"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/pitcrew-app/pitcrew/internal/engine"
)

// pauseForm is the answer to the buttons of a line's page: it pauses or resumes, and shows the page again.
func (p *Pages) pauseForm(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxWish)
	if err := p.mayChange(r); err != nil {
		return err
	}
	if r.Header.Get("Origin") == "" && r.Header.Get("Sec-Fetch-Site") == "" {
		return forbidden("A browser says from which page a form was sent, and this request does not.", "Programs use POST /api/pauses.")
	}
	wish := PauseWish{Where: r.PostFormValue("where"), Base: r.PostFormValue("base"), Resume: r.PostFormValue("do") == "resume"}
	if _, err := Pausing(r.Context(), p.Log, p.clock(), wish); err != nil {
		return placeProblem(err)
	}
	back := &url.URL{Path: "/lines/" + r.PostFormValue("repository") + "/" + r.PostFormValue("line")}
	http.Redirect(w, r, back.String(), http.StatusSeeOther)
	return nil
}

// maxWish is how large a request may be that pauses or resumes.
const maxWish = 4096

// apiPause does what a PauseWish asks for.
func (p *Pages) apiPause(w http.ResponseWriter, r *http.Request) error {
	if err := p.mayChange(r); err != nil {
		return err
	}
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "application/json" { // which no form of another site can send
		return problem{http.StatusUnsupportedMediaType, "The wish must be sent as application/json.", ""}
	}
	var wish PauseWish
	body := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxWish))
	body.DisallowUnknownFields()
	if err := body.Decode(&wish); err != nil {
		return badRequest("This is no wish to pause or resume: "+err.Error(), "")
	}
	answer, err := Pausing(r.Context(), p.Log, p.clock(), wish)
	var unknown engine.UnknownPlaceError
	if errors.As(err, &unknown) {
		writeJSON(w, http.StatusNotFound, map[string]string{"error": unknown.Error(), "hint": unknown.Hint()})
		return nil
	}
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, answer)
	return nil
}

// apiPauses lists what is paused.
func (p *Pages) apiPauses(w http.ResponseWriter, r *http.Request) error {
	all, err := AllPaused(r.Context(), p.Log)
	if err == nil {
		writeJSON(w, http.StatusOK, all)
	}
	return err
}

// crossOrigin refuses what a page of another site makes a browser send.
var crossOrigin = http.NewCrossOriginProtection()

// mayChange says whether a request may change something: it has the token, where there is one; else it comes from this machine,
// and not through a proxy, which might let in anybody. It must not come from a page of another site.
func (p *Pages) mayChange(r *http.Request) error {
	if crossOrigin.Check(r) != nil {
		return forbidden("This was sent by a page of another site.", "Use the button on the page of the line.")
	}
	if p.Token == "" && !fromHere(r) {
		return forbidden("Without a token the pages only show.", "Set PITCREW_PAGES_TOKEN, or use pitcrew pause and pitcrew resume on the machine that runs it.")
	}
	return nil
}

func forbidden(what, can string) error { return problem{http.StatusForbidden, what, can} }

// forwarding are the headers by which proxies say for whom they ask.
var forwarding = []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Via"}

func fromHere(r *http.Request) bool {
	for _, h := range forwarding {
		if r.Header.Get(h) != "" {
			return false
		}
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return err == nil && ip != nil && ip.IsLoopback()
}

// placeProblem tells of a name that is not known as people are told.
func placeProblem(err error) error {
	var unknown engine.UnknownPlaceError
	if errors.As(err, &unknown) {
		return problem{http.StatusNotFound, unknown.Error() + ".", unknown.Hint() + "."}
	}
	return err
}
