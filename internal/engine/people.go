package engine

import (
	"context"

	"github.com/pitcrew-app/pitcrew/rules"
)

// tokens gives every person in a snapshot the token by which the log knows them.
func (l *look) tokens(ctx context.Context, s *rules.Snapshot) error {
	for _, who := range s.Everybody() {
		if who.ID == 0 || who.Token != "" {
			continue
		}
		token, err := l.Log.Token(ctx, who.ID, who.Login)
		if err != nil {
			return err
		}
		who.Token = token
	}
	return nil
}
