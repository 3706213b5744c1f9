package server

import (
	"net/http"

	"github.com/pitcrew-app/pitcrew/config"
	"github.com/pitcrew-app/pitcrew/rules"
)

// schemas serves what helps to write the files of configuration: their JSON Schemas, for editors, and the reference page,
// all of this very version. They say nothing about anybody, so that an editor needs no token.
func schemas() http.Handler {
	mux := http.NewServeMux()
	for path, file := range map[string]struct {
		kind string
		text []byte
	}{
		"/schema/platform.json":     {"application/schema+json", config.Schema(rules.Forms)},
		"/schema/platform.org.json": {"application/schema+json", config.OrgSchema(rules.Forms)},
		"/schema/platform.md":       {"text/markdown; charset=utf-8", config.Reference(rules.Forms)},
	} {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", file.kind)
			w.Write(file.text) //nolint:errcheck // who has gone needs no answer
		})
	}
	return cached(mux)
}
