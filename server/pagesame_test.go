package server_test

import (
	"encoding/json"
	"fmt"
	"html"
	"strings"
	"testing"

	"github.com/pitcrew-app/pitcrew/rules"
	"github.com/pitcrew-app/pitcrew/server"
)

// TestSame: the page, the list, the API and the check run say the same of a pull request.
func TestSame(t *testing.T) {
	h := busy(t)
	for n, answers := range map[int][]rules.Answer{
		100: {answer("merge", why(rules.CodeDraft, rules.NeedsYou))},
		101: {answer("merge", why(rules.CodeOff, rules.Off, "section", "merge"))},
		102: {answer("merge", rules.Reason{Code: rules.CodeChanges, State: rules.NeedsYou, Who: []rules.Person{h.bo}})},
		103: {answer("merge", why(rules.CodeInLine, rules.Waiting, "method", "rebase", "base", "main"))},
		104: {answer("merge", why(rules.CodeConfigUnknown, rules.Stopped, "why", "timeout"))},
	} {
		h.github(hour, 1, n, "pull_request.opened", `{"state":"open","base":"main"}`)
		h.decided(hour, 1, n, head1, answers...)
		h.catchUp()
		sum := rules.Summarise(answers, h.ledger.Names(t.Context()))
		path := fmt.Sprintf("/pulls/acme/api/%d", n)
		page := html.UnescapeString(strings.NewReplacer("<code>", "`", "</code>", "`").Replace(h.get(path).Body.String()))
		list := html.UnescapeString(strings.NewReplacer("<code>", "`", "</code>", "`").Replace(h.get("/pulls").Body.String()))
		for what, body := range map[string]string{"page": page, "list": list} {
			if !strings.Contains(body, sum.Sentence) {
				t.Errorf("%s of %d does not say %q", what, n, sum.Sentence)
			}
		}
		var api server.PullJSON
		if err := json.Unmarshal(h.get("/api"+path).Body.Bytes(), &api); err != nil {
			t.Fatal(err)
		}
		if api.Sentence != sum.Sentence || api.Verdict != sum.State || api.Title != sum.Title {
			t.Errorf("API of %d says %q (%s), want %q (%s)", n, api.Sentence, api.Verdict, sum.Sentence, sum.State)
		}
	}
}
