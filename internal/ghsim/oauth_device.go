package ghsim

import (
	"net/http"
	"net/url"
	"strings"
	"time"
)

// This file signs users in who have no browser where the program runs: the program asks for a code, a person enters it at
// /login/device, and the program asks again and again whether somebody did.
// https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-user-access-token-for-a-github-app#using-the-device-flow-to-generate-a-user-access-token
const (
	deviceGrant    = "urn:ietf:params:oauth:grant-type:device_code"
	deviceLife     = 15 * time.Minute
	deviceInterval = 5 * time.Second // between two questions; who asks sooner waits as much longer each time
)

// device is a sign-in that waits for a person.
type device struct {
	code, userCode string
	app            *app
	user           *account // nil: nobody entered the code yet
	denied         bool
	expires        time.Time
	asked          time.Time // when the program asked last
	interval       time.Duration
}

// deviceCode begins a sign-in.
func (s *Sim) deviceCode(w http.ResponseWriter, r *http.Request) {
	a := s.clientNamed(r.Form.Get("client_id"))
	if a == nil {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.WriteHeader(http.StatusNotFound)
		_, _ = w.Write([]byte(`{"error":"Not Found"}`)) // the connection is the client's to lose
		return
	}
	word := strings.ToUpper(s.random(8))
	d := &device{code: s.random(40), userCode: word[:4] + "-" + word[4:], app: a, expires: s.clock().Add(deviceLife), interval: deviceInterval}
	s.devices = append(s.devices, d)
	answerForm(w, r, object{"device_code": d.code, "user_code": d.userCode, "verification_uri": s.base + "/login/device",
		"expires_in": int(deviceLife.Seconds()), "interval": int(d.interval.Seconds())})
}

// devicePage is where a person enters the code, and says who it is.
func (s *Sim) devicePage(w http.ResponseWriter, r *http.Request) {
	d := s.waiting(func(d *device) bool { return d.userCode == strings.ToUpper(r.Form.Get("user_code")) })
	user := s.userNamed(r.Form.Get("login"))
	switch {
	case r.Form.Get("user_code") == "":
		s.writePage(w, http.StatusOK, pageData{Title: "Device activation", Choice: "user_code", People: s.logins()})
	case d == nil:
		s.sayPage(w, http.StatusNotFound, "Device activation", "No device waits for this code.")
	case r.Form.Get("cancel") != "":
		d.denied = true
		s.sayPage(w, http.StatusOK, "Device activation", "You have cancelled the sign-in.")
	case user == nil:
		s.askPage(w, d.app.name+" would like to act on your behalf", "", url.Values{"user_code": {d.userCode}})
	default:
		d.user = user
		s.sayPage(w, http.StatusOK, "Congratulations, you're all set!", "Your device is now connected.")
	}
}

// waiting is a sign-in that is not over.
func (s *Sim) waiting(is func(*device) bool) *device {
	for _, d := range s.devices {
		if is(d) && d.expires.After(s.clock()) {
			return d
		}
	}
	return nil
}

// deviceToken answers the program that asks whether somebody entered its code.
func (s *Sim) deviceToken(w http.ResponseWriter, r *http.Request, a *app, fail func(code, text string)) {
	now := s.clock()
	var d *device
	for _, x := range s.devices {
		if x.code == r.Form.Get("device_code") && x.app == a {
			d = x
		}
	}
	switch {
	case d == nil:
		fail("incorrect_device_code", "The device_code provided is not valid.")
	case !d.expires.After(now):
		fail("expired_token", "The device_code has expired.")
	case now.Before(d.asked.Add(d.interval)):
		d.interval += deviceInterval
		d.asked = now
		fail("slow_down", "Too many requests have been made in the same timeframe.")
	case d.denied:
		fail("access_denied", "The user has denied your application access.")
	case d.user == nil:
		d.asked = now
		fail("authorization_pending", "The authorization request is still pending.")
	default:
		d.expires = now // its code is good once
		answerForm(w, r, s.userToken(a, d.user))
	}
}
