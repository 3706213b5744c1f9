package server

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
)

// The schemas and the reference are served to whoever asks, and are those of docs.
func TestSchemasAreServed(t *testing.T) {
	s := httptest.NewServer((&Pages{Token: "a-token-that-nobody-gives"}).Handler())
	defer s.Close()
	for path, file := range map[string]string{
		"/schema/platform.json": "platform.schema.json", "/schema/platform.org.json": "platform.org.schema.json", "/schema/platform.md": "platform.md",
	} {
		want, err := os.ReadFile("../docs/" + file)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := http.Get(s.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(answer.Body)
		if err != nil || answer.StatusCode != http.StatusOK || string(got) != string(want) {
			t.Errorf("%s: %s, %v, %d bytes, want %d", path, answer.Status, err, len(got), len(want))
		}
		if err := answer.Body.Close(); err != nil {
			t.Error(err)
		}
	}
}
