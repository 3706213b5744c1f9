package browser

import (
	"io"
	"net/http"
	"testing"
)

// What a page may weigh, in bytes as they are before compression.
const (
	mostPage  = 60_000 // HTML and style sheet together
	mostStyle = 12_000
)

// weigh says whether a page is too heavy.
func weigh(t *testing.T, site string, p shown) {
	t.Helper()
	style := size(t, site+"/static/style.css")
	page := size(t, site+p.path)
	if style >= mostStyle {
		t.Errorf("style.css has %d bytes, want less than %d", style, mostStyle)
	}
	if page+style > mostPage {
		t.Errorf("%s has %d bytes with its style sheet, want at most %d", p.path, page+style, mostPage)
	}
}

func size(t *testing.T, url string) int {
	t.Helper()
	r, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil || len(body) == 0 {
		t.Fatalf("%s: %d bytes, %v", url, len(body), err)
	}
	return len(body)
}
