package ghsim

import (
	"net/url"
	"testing"
	"time"
)

// A program without a browser asks for a code, a person enters it elsewhere, and the program gets a token, once.
func TestDeviceSignIn(t *testing.T) {
	l := newLab(t, "people: {ana: write}\n")
	id := l.s.Credentials().ClientID
	begin := func() url.Values {
		v, err := url.ParseQuery(l.form("POST", "/login/device/code", url.Values{"client_id": {id}}).Body.String())
		if err != nil || v.Get("device_code") == "" || len(v.Get("user_code")) != 9 || v.Get("interval") != "5" || v.Get("expires_in") != "900" {
			t.Fatalf("device code: %v %v", v, err)
		}
		return v
	}
	ask := func(code string) url.Values {
		v, err := url.ParseQuery(l.form("POST", "/login/oauth/access_token", url.Values{"client_id": {id}, "device_code": {code}, "grant_type": {deviceGrant}}).Body.String())
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	refused := func(code, want string) {
		t.Helper()
		if got := ask(code).Get("error"); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	enter := func(v url.Values) int { return l.form("POST", "/login/device", v).Code }
	c := begin()
	refused(c.Get("device_code"), "authorization_pending")
	refused(c.Get("device_code"), "slow_down")
	l.now = l.now.Add(6 * time.Second)
	refused(c.Get("device_code"), "slow_down") // it waits ten seconds now
	if enter(url.Values{"user_code": {"none"}}) != 404 || enter(url.Values{}) != 200 || enter(url.Values{"user_code": {c.Get("user_code")}}) != 200 {
		t.Error("the page of codes")
	}
	enter(url.Values{"user_code": {c.Get("user_code")}, "login": {"ana"}})
	l.now = l.now.Add(15 * time.Second)
	token := ask(c.Get("device_code")).Get("access_token")
	l.as(token, "GET", "/user", "").says(200, `"login":"ana"`)
	l.now = l.now.Add(15 * time.Second)
	refused(c.Get("device_code"), "expired_token")
	refused("nonsense", "incorrect_device_code")
	c = begin()
	enter(url.Values{"user_code": {c.Get("user_code")}, "cancel": {"1"}})
	refused(c.Get("device_code"), "access_denied")
	c = begin()
	l.now = l.now.Add(deviceLife)
	refused(c.Get("device_code"), "expired_token")
	if got := l.form("POST", "/login/device/code", url.Values{"client_id": {"x"}}).Code; got != 404 {
		t.Errorf("an unknown App gets %d", got)
	}
	l.noErrs()
}
