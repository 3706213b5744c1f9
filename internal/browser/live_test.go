package browser

import (
	"context"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/pitcrew-app/pitcrew/internal/story"
)

// watched counts how far things move in the page from now on, without a person's doing.
const watched = `window.moved = 0;
new PerformanceObserver((l) => { for (const e of l.getEntries()) if (!e.hadRecentInput) moved += e.value; }).observe({type: "layout-shift"})`

// settled waits until what was just changed is drawn, so that its shifts are counted.
const settled = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(moved), 50))))"

// reading is where the text that is read stands in the window.
const reading = "document.querySelector('#waiting, #done').getBoundingClientRect().top"

// TestNewsGather: news come by themselves and wait behind a button, and what is read does not move.
func TestNewsGather(t *testing.T) {
	b := open(t)
	k := play(t, "testdata/live.txtar")
	site := serve(t, k.Pages())

	b.do(t, looks[0].set(), chromedp.Navigate(site+"/"))
	b.load(t, watched)
	top := ask[float64](t, b, reading)
	rows := ask[int](t, b, "document.querySelectorAll('#news > li').length")
	happen(t, k, "review 1 bob approved ; review 2 bob approved ; review 3 bob approved")
	b.wait(t, "document.querySelector('[data-live-show]').textContent === '3 new'")
	b.still(t, top)

	b.do(t, chromedp.Click(chromedp.CSS("[data-live-show]")))
	if got := ask[int](t, b, "document.querySelectorAll('#news > li').length"); got != rows+3 {
		t.Errorf("%d rows after the click, want %d", got, rows+3)
	}
	if first := ask[string](t, b, "document.querySelector('#news > li').innerText"); first == "" {
		t.Error("the newest row is empty")
	}
	for _, wrong := range b.noted() {
		t.Error(wrong)
	}
}

// TestPullTellsNews: the page of a pull request says that something happened, and does not change under the reader.
func TestPullTellsNews(t *testing.T) {
	b := open(t)
	k := play(t, "testdata/live.txtar")
	site := serve(t, k.Pages())
	b.do(t, looks[2].set(), chromedp.Navigate(site+"/pulls/acme/api/1"))
	b.load(t, watched)
	top := ask[float64](t, b, reading)
	lead := ask[string](t, b, "document.querySelector('.lead').textContent")
	happen(t, k, "review 1 bob approved")
	b.wait(t, "!document.querySelector('[data-live-show]').hidden")
	b.still(t, top)
	if got := ask[string](t, b, "document.querySelector('.lead').textContent"); got != lead {
		t.Errorf("the sentence changed under the reader: %s", got)
	}
	b.leave(t, chromedp.Click(chromedp.CSS("[data-live-show]")))
	if got := ask[string](t, b, "document.querySelector('.lead').textContent"); got != "Merged." {
		t.Errorf("after the click it says %q", got)
	}
	for _, wrong := range b.noted() {
		t.Error(wrong)
	}
}

// TestSlash: "/" goes to the search field, and what is typed there is found.
func TestSlash(t *testing.T) {
	b := open(t)
	site := serve(t, play(t, "testdata/live.txtar").Pages())
	b.do(t, looks[0].set(), chromedp.Navigate(site+"/impact"), chromedp.KeyEvent("/"))
	b.leave(t, chromedp.KeyEvent("acme/api#2\r"))
	if got := ask[string](t, b, "document.querySelector('h1').textContent"); got != "acme/api#2" {
		t.Errorf("found %q", got)
	}
}

func happen(t *testing.T, k *story.Kept, line string) {
	t.Helper()
	if err := k.Do(context.Background(), line); err != nil {
		t.Fatal(err)
	}
}

// soon is how long is waited for what should happen at once, on a machine that has much else to do.
const soon = 30 * time.Second

// wait waits until an expression is true.
func (b *tab) wait(t *testing.T, expression string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, soon)
	defer cancel()
	if _, err := chromedp.Run(ctx, chromedp.Poll[bool](expression)); err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
}

// leave does what opens another page, and waits until that is there.
func (b *tab) leave(t *testing.T, how chromedp.Action[chromedp.Void]) {
	t.Helper()
	loaded := func(page.EventLoadEventFired) bool { return true }
	ctx, cancel := context.WithTimeout(b.ctx, soon)
	defer cancel()
	if _, err := chromedp.Run(ctx, chromedp.WaitEvent(page.LoadEventFired, loaded, how)); err != nil {
		t.Fatal(err)
	}
}

// still says whether what is read has moved since it stood at top.
func (b *tab) still(t *testing.T, top float64) {
	t.Helper()
	if got := ask[float64](t, b, settled, chromedp.EvalAwaitPromise); got != 0 {
		t.Errorf("layout shift of %v, want none", got)
	}
	if got := ask[float64](t, b, reading); got != top {
		t.Errorf("what is read moved from %v to %v", top, got)
	}
}
