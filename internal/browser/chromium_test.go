package browser

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// tab is one tab of a Chromium without a window, and what went wrong in it.
type tab struct {
	t   *testing.T
	ctx context.Context

	mu     sync.Mutex
	wrong  []string
	status int64 // that the page itself is expected to answer with
}

// patience ends a browser that hangs; all tests together take a small part of it.
const patience = 9 * time.Minute

// open starts Chromium, or skips the test where there is none.
func open(t *testing.T) *tab {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		if strings.Contains(os.Getenv("PITCREW_REQUIRE"), "chromium") {
			t.Fatal("chromium is required by PITCREW_REQUIRE and not installed")
		}
		t.Skip("needs chromium: apt-get install chromium")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.DisableGPU,
		chromedp.UserDataDir(t.TempDir()), chromedp.Flag("disable-component-update", true), chromedp.Flag("hide-scrollbars", true))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	limited, cancel := context.WithTimeout(context.Background(), patience)
	started, stop := chromedp.NewExecAllocator(limited, options...)
	ctx, end := chromedp.NewContext(started)
	t.Cleanup(func() { end(); stop(); cancel() })
	b := &tab{t: t, ctx: ctx, status: 200}
	if err := chromedp.Do(ctx, enable(runtime.Enable, cdp.Empty{}), enable(log.Enable, cdp.Empty{}), enable(network.Enable, network.EnableParams{})); err != nil {
		t.Fatal(err)
	}
	if err := chromedp.Listen(ctx, b.heard); err != nil {
		t.Fatal(err)
	}
	return b
}

func enable[P, R any](c cdp.Command[P, R], p P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, c, p)
		return err
	})
}

// heard keeps what should not happen in a page.
func (b *tab) heard(event any) {
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		b.note("exception: " + e.ExceptionDetails.Text)
	case *runtime.EventConsoleAPICalled:
		b.note("console: " + string(e.Type))
	case *log.EventEntryAdded:
		// Answers tell more than the log about the network, and what is verbose is advice for other pages than these.
		if e.Entry.Source != log.EntrySourceNetwork && e.Entry.Level != log.EntryLevelVerbose {
			b.note(fmt.Sprintf("log: %s: %s", e.Entry.Level, e.Entry.Text))
		}
	case *network.EventLoadingFailed:
		if !e.Canceled { // as the stream of news is when the page is left
			b.note("request failed: " + e.ErrorText)
		}
	case *network.EventResponseReceived:
		b.answered(e)
	}
}

func (b *tab) answered(e *network.EventResponseReceived) {
	b.mu.Lock()
	want := int64(200)
	if e.Type == network.ResourceTypeDocument {
		want = b.status
	}
	b.mu.Unlock()
	if got := e.Response.Status; got != want && got != 304 {
		b.note(fmt.Sprintf("%s answered %d", e.Response.URL, got))
	}
}

func (b *tab) note(what string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.wrong = append(b.wrong, what)
}

// noted takes what went wrong since it was last asked for.
func (b *tab) noted() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	wrong := b.wrong
	b.wrong = nil
	return wrong
}

// expect says what status pages answer with from now on.
func (b *tab) expect(status int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.status = status
}

// load runs a script in the page that is open, past its content security policy.
func (b *tab) load(t *testing.T, script string) {
	t.Helper()
	ask[int](t, b, script+";0")
}

// do carries out steps in the tab.
func (b *tab) do(t *testing.T, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		t.Fatal(err)
	}
}

// ask evaluates an expression in the page. It works where the page's own scripts are switched off, too.
func ask[T any](t *testing.T, b *tab, expression string, options ...chromedp.EvaluateOption) T {
	t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression, options...))
	if err != nil {
		t.Fatalf("%.80s: %v", expression, err)
	}
	return v
}

// look is how a page is looked at.
type look struct {
	width   int64
	scheme  string
	scripts bool // the page's own run
	kept    bool // as a picture
}

func (l look) String() string {
	name := fmt.Sprintf("%d-%s", l.width, l.scheme)
	if !l.scripts {
		name += "-noscript"
	}
	return name
}

// set makes the browser look so from now on.
func (l look) set() chromedp.Action[chromedp.Void] {
	return chromedp.Steps(
		chromedp.EmulateViewport(l.width, 900),
		enable(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: l.scheme}}}),
		enable(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !l.scripts}),
	)
}
