package browser

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
)

var update = flag.Bool("update", false, "draw README's pictures again")

// images are the pictures of README and docs: the first page of each of the four readers.
var images = []struct {
	name, path string
	height     int64 // of the picture, in px
}{
	{"pull-request", "/pulls/acme/api/13", 795},
	{"repositories", "/repositories", 520},
	{"impact", "/impact?weeks=4", 1180},
	{"health", "/health", 760},
}

const (
	imageDir  = "../../docs/images"
	mostImage = 200_000 // bytes
)

// TestImages draws README's pictures again with -update, and otherwise says whether they are there and small.
func TestImages(t *testing.T) {
	if *update {
		draw(t)
	}
	for _, i := range images {
		info, err := os.Stat(imagePath(i.name))
		if err != nil {
			t.Errorf("%v; run: go test ./internal/browser -run TestImages -update", err)
		} else if info.Size() >= mostImage {
			t.Errorf("%s has %d bytes, want less than %d", i.name, info.Size(), mostImage)
		}
	}
}

func imagePath(name string) string { return filepath.Join(imageDir, name+".png") }

func draw(t *testing.T) {
	b := open(t)
	site := serve(t, play(t, "testdata/busy.txtar").Pages())
	if err := os.MkdirAll(imageDir, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, i := range images {
		b.do(t, looks[0].set(), chromedp.EmulateViewport(1100, i.height), chromedp.Navigate(site+i.path))
		shot, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(imagePath(i.name), shot, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
