package browser

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestPauseButtons: a real browser says from where the buttons of a line's page are pressed, and they do what they say.
func TestPauseButtons(t *testing.T) {
	b := open(t)
	k := play(t, "testdata/live.txtar")
	site := serve(t, k.Pages())
	b.do(t, looks[0].set(), chromedp.Navigate(site+"/lines/acme/api/main"))
	for _, step := range []struct{ says, button string }{
		{"", "Pause merging into main"},
		{"Merging into main has been paused since", "Resume merging into main"},
		{"", "Pause merging into main"},
	} {
		holds := ask[string](t, b, "(document.querySelector('.holds') || {textContent: ''}).textContent")
		if step.says == "" && holds != "" || !strings.Contains(holds, step.says) {
			t.Errorf("the page says %q, want %q", holds, step.says)
		}
		if got := ask[string](t, b, "document.querySelector('.pausing button').textContent"); got != step.button {
			t.Fatalf("the button says %q, want %q", got, step.button)
		}
		b.leave(t, chromedp.Click(chromedp.CSS(".pausing button")))
	}
	for _, wrong := range b.noted() {
		t.Error(wrong)
	}
}
