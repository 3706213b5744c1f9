package server_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/pitcrew-app/pitcrew/rules"
)

// browser starts a Chromium without a window, or skips the test where there is none.
func browser(t *testing.T) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		if strings.Contains(os.Getenv("PITCREW_REQUIRE"), "chromium") {
			t.Fatal("chromium is required and not installed")
		}
		t.Skip("needs chromium")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.DisableGPU)
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	started, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ctx, end := chromedp.NewContext(started)
	t.Cleanup(end)
	return ctx
}

// console gathers what the console of a browser says, until the browser ends.
type console struct {
	mu   sync.Mutex
	said []string
}

func (c *console) listen(ctx context.Context) {
	messages := chromedp.Console(ctx)
	go func() {
		for m, err := range messages {
			if err != nil {
				return
			}
			if strings.Contains(m.Text, "the server responded with a status of 4") {
				continue // the pages that tell of an error have its status
			}
			c.mu.Lock()
			c.said = append(c.said, fmt.Sprint(m.Type, ": ", m.Text))
			c.mu.Unlock()
		}
	}()
}

// TestBrowser opens every page, wide and narrow, light and dark: nothing scrolls sideways, and the console is silent.
// With PITCREW_SHOTS it keeps what it saw in that directory.
func TestBrowser(t *testing.T) {
	ctx := browser(t)
	full, empty := busy(t), newHouse(t)
	full.pages.Health = sick
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	var said console
	said.listen(ctx)
	for _, h := range []*house{full, empty} {
		site := httptest.NewServer(h.pages.Handler())
		defer site.Close()
		for _, c := range pagesOf {
			if c.empty != (h == empty) || c.status == 303 || strings.HasPrefix(c.name, "api-") {
				continue
			}
			for _, width := range []int64{1280, 390} {
				for _, scheme := range []string{"light", "dark"} {
					look(t, ctx, site.URL+c.path, fmt.Sprintf("%s-%d-%s", c.name, width, scheme), width, scheme)
				}
			}
		}
	}
	said.mu.Lock()
	defer said.mu.Unlock()
	for _, s := range said.said {
		t.Errorf("console says %s", s)
	}
}

func look(t *testing.T, ctx context.Context, url, name string, width int64, scheme string) {
	t.Helper()
	err := chromedp.Do(ctx, scheming(scheme), chromedp.EmulateViewport(width, 900), chromedp.Navigate(url))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	scroll := evaluate[int64](t, ctx, "document.documentElement.scrollWidth")
	headings := evaluate[int](t, ctx, "document.querySelectorAll('h1').length")
	if scroll > width {
		t.Errorf("%s scrolls sideways: %d px wide", name, scroll)
	}
	if headings != 1 {
		t.Errorf("%s has %d h1", name, headings)
	}
	if dir := os.Getenv("PITCREW_SHOTS"); dir != "" {
		shot, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name+".png"), shot, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func evaluate[T any](t *testing.T, ctx context.Context, expression string) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	return v
}

// scheming makes the browser prefer a colour scheme.
func scheming(scheme string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
		return err
	})
}

// TestBrowserLive: news gather behind a button and nothing moves until it is pressed; "/" goes to the search field.
func TestBrowserLive(t *testing.T) {
	h := busy(t)
	site := httptest.NewServer(h.pages.Handler())
	t.Cleanup(site.Close) // after the browser, whose stream would keep it open
	ctx := browser(t)
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(1280, 900), chromedp.Navigate(site.URL+"/")); err != nil {
		t.Fatal(err)
	}
	const where = "document.getElementById('waiting').getBoundingClientRect().top"
	const rows = "document.querySelectorAll('#news > li').length"
	top, n := evaluate[float64](t, ctx, where), evaluate[int](t, ctx, rows)
	h.act(0, rules.PRSubject(1, 44), rules.KindMerge, head1, `{"head":"x"}`)
	h.act(0, rules.PRSubject(1, 45), rules.KindMerge, head1, `{"head":"x"}`)
	h.catchUp()
	if _, err := chromedp.Run(ctx, chromedp.Poll[bool]("document.querySelector('[data-live-show]').textContent === '2 new'")); err != nil {
		t.Fatal(err)
	}
	if got := evaluate[float64](t, ctx, where); got != top {
		t.Errorf("what is read moved from %v to %v", top, got)
	}
	if err := chromedp.Do(ctx, chromedp.Click(chromedp.CSS("[data-live-show]"))); err != nil {
		t.Fatal(err)
	}
	if got := evaluate[int](t, ctx, rows); got != n+2 {
		t.Errorf("%d rows, want %d", got, n+2)
	}
	if err := chromedp.Do(ctx, chromedp.KeyEvent("/")); err != nil {
		t.Fatal(err)
	}
	if got := evaluate[string](t, ctx, "document.activeElement.id"); got != "q" {
		t.Errorf("after / the focus is in %q", got)
	}
}
