package server_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/pitcrew-app/pitcrew/rules"
	"github.com/pitcrew-app/pitcrew/server"
)

// The page and the API of a pull request have each condition that was asked of it, and how many the log does not hold.
func TestPullConditions(t *testing.T) {
	h := newHouse(t)
	h.repo(1, "acme", "api")
	h.github(time.Hour, 1, 5, "pull_request.opened", `{"state":"open","base":"main"}`)
	merge := answer("merge", why(rules.CodeNoPolicy, rules.NeedsYou, "why", "people (wants label <b>)"))
	merge.Because = append(merge.Because, why(rules.CodePolicy, rules.Done, "policy", "people", "method", "rebase", "base", "main", "delete", "yes"))
	merge.Unkept, merge.Asked = 7, []rules.Condition{
		{Of: "never", Key: "label", Want: "hold", Not: true, State: rules.Done, Where: ".platform.yml:3"},
		{Of: "policy people", Key: "label", Want: "<b>", State: rules.Off, Where: ".platform.yml:5"},
	}
	h.decided(time.Hour, 1, 5, head1, merge)
	h.catchUp()
	body := h.get("/pulls/acme/api/5").Body.String()
	for _, want := range []string{"2 conditions, in the order in which they were asked", "7 conditions before these", "never: not label hold", "policy people: wants label &lt;b&gt;", ".platform.yml:5", "Then: rebase into main, then delete its branch."} {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not say %q:\n%s", want, body)
		}
	}
	var api server.PullJSON
	if err := json.Unmarshal(h.get("/api/pulls/acme/api/5").Body.Bytes(), &api); err != nil {
		t.Fatal(err)
	}
	if api.Then != "rebase into main, then delete its branch" {
		t.Errorf("then %q", api.Then)
	}
	if got := api.Answers[0].Asked; len(got) != 2 || got[1] != (server.ConditionJSON{Of: "policy people", State: rules.Off, Sentence: "wants label <b>", Where: ".platform.yml:5"}) {
		t.Errorf("the API says %+v", got)
	}
}
