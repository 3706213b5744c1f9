// Package corpus is what GitHub has been seen to send: 329 payloads of 58 events, collected by the Octokit project. Only
// tests and generators read it. internal/tools/genexamples makes it.
package corpus

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"fmt"
	"io"
)

//go:embed examples.jsonl.gz
var examples []byte

// Payload is the body of a webhook.
type Payload struct {
	Name  string // unique: the event and its number among the payloads of that event, "push.3"
	Event string // X-GitHub-Event
	Body  []byte // without white space between its words
}

// Payloads are all of them, by event.
func Payloads() ([]Payload, error) {
	z, err := gzip.NewReader(bytes.NewReader(examples))
	if err != nil {
		return nil, fmt.Errorf("corpus: %w", err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		return nil, fmt.Errorf("corpus: %w", err)
	}
	var out []Payload
	count := map[string]int{}
	for line := range bytes.Lines(text) {
		event, body, _ := bytes.Cut(bytes.TrimSuffix(line, []byte("\n")), []byte(" "))
		name := string(event)
		count[name]++
		out = append(out, Payload{Name: fmt.Sprintf("%s.%d", name, count[name]), Event: name, Body: body})
	}
	return out, nil
}
