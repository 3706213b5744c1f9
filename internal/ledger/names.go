package ledger

import (
	"context"

	"github.com/pitcrew-app/pitcrew/rules"
)

// Names puts logins into sentences, as they are at the moment of drawing. It may be used from many goroutines, for as
// long as ctx.
func (l *Ledger) Names(ctx context.Context) rules.Names {
	return login(func(token string) string {
		// Who was erased has no name, and who cannot be read now is "somebody" as well: a page is drawn without.
		p, _, err := l.log.Person(ctx, token)
		if err != nil {
			return ""
		}
		return p.Login
	})
}

type login func(token string) string

// Login is the newest login of who is behind a token, or "".
func (l login) Login(token string) string { return l(token) }
