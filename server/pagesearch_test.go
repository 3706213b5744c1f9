package server_test

import (
	"net/url"
	"testing"
)

func TestSearch(t *testing.T) {
	h := busy(t)
	for text, want := range map[string]string{
		"acme/api#41":                         "/pulls/acme/api/41",
		"ACME/Api#41":                         "/pulls/acme/api/41",
		"https://github.com/acme/api/pull/41": "/pulls/acme/api/41",
		"https://github.com/acme/api/pull/41/files#diff-1": "/pulls/acme/api/41",
		"github.com/acme/api/pull/41":                      "/pulls/acme/api/41",
		"https://github.com/acme/api":                      "/repositories/acme/api",
		"https://github.com/acme/api/tree/main/a/b":        "/repositories/acme/api",
		" acme/web ":   "/repositories/acme/web",
		"docs":         "/repositories/acme/docs",
		"@acme/lib":    "/pulls/acme/web/9",
		"acme/api#999": "",
		"umbrella/api": "",
		"":             "",
		"acme":         "",
		"https://evil.example/acme/api/pull/41?x=<script>&": "/pulls/acme/api/41",
	} {
		w := h.get("/search?q=" + url.QueryEscape(text))
		if got := w.Header().Get("Location"); got != want {
			t.Errorf("%q leads to %q, want %q", text, got, want)
		}
	}
}
