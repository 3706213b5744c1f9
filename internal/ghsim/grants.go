package ghsim

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"
)

// tokenText is a new installation token: 40 characters, or the long form that says in it whose it is. Clients must take a token
// for opaque: both forms are about.
// The long form was rolled out from April to June 2026; until November 2026 a header of the request overrides that.
// https://github.blog/changelog/2026-05-15-github-app-installation-tokens-per-request-override-header/
func (s *Sim) tokenText(i *installation, form string) string {
	long := form == "enabled" || s.stateless && form != "disabled"
	if !long {
		return "ghs_" + s.random(36)
	}
	part := func(v any) string {
		b, err := json.Marshal(v)
		s.internal(err)
		return base64.RawURLEncoding.EncodeToString(b)
	}
	return fmt.Sprintf("ghs_%d_%s.%s.%s", i.app.id, part(object{"alg": "RS256", "typ": "JWT"}),
		part(object{"iss": i.app.id, "sub": i.id, "exp": s.clock().Add(time.Hour).Unix()}), s.random(342))
}

// onOff reads a line's last word into to.
func (l *line) onOff(to *bool) error {
	word, err := l.next("on or off")
	if err != nil {
		return err
	}
	if word != "on" && word != "off" {
		return errUsage{"give on or off, not " + word}
	}
	*to = word == "on"
	return l.end()
}

// execAsk changes what our App asks for. Installations keep what they granted until somebody accepts the rest.
// https://docs.github.com/apps/maintaining-github-apps/modifying-a-github-app-registration#changing-the-permissions-of-a-github-app
func execAsk(s *Sim, l *line) error {
	var x map[string]string
	if err := l.decode(&x); err != nil {
		return err
	}
	for k, v := range x {
		s.ours.permissions[k] = v
		if v == "none" {
			delete(s.ours.permissions, k)
		}
	}
	return l.end()
}

// execAccept grants an installation what our App asks for by now.
func execAccept(s *Sim, l *line) error {
	i, by, err := s.installed(l)
	if err != nil {
		return err
	}
	i.permissions, i.updated = map[string]string{}, s.now()
	for k, v := range s.ours.permissions {
		i.permissions[k] = v
	}
	s.installationEvent(i, "installation", "new_permissions_accepted", by, nil)
	return l.end()
}
