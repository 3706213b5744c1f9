package config

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// factsOf reads what an example of the reference says of a pull request: "label a, b; base main; draft".
func factsOf(t *testing.T, text string) Facts {
	f := Facts{Author: "ana", Base: "main", FilesComplete: true, TeamsComplete: true}
	for part := range strings.SplitSeq(text, "; ") {
		key, value, _ := strings.Cut(part, " ")
		switch key {
		case "author":
			f.Author = value
		case "team":
			f.AuthorTeams = append(f.AuthorTeams, value)
		case "base":
			f.Base = value
		case "head":
			f.Head = value
		case "label":
			f.Labels = strings.Split(value, ", ")
		case "title":
			f.Title = value
		case "body":
			f.Body = value
		case "files":
			f.Files = strings.Split(value, ", ")
		case "draft":
			f.Draft = true
		case "fork":
			f.Fork = true
		case "size":
			if _, err := fmt.Sscan(value, &f.ChangedLines); err != nil {
				t.Fatal(err)
			}
		case "bump":
			f.Bump = value
		case "older", "idle":
			d, err := time.ParseDuration(value)
			if err != nil {
				t.Fatal(err)
			}
			f.Age, f.Idle = d, d
		default:
			t.Fatalf("an example says %q, which is no fact", part)
		}
	}
	return f
}

// Every example in the tables of the reference is true.
func TestExamplesOfTheReference(t *testing.T) {
	for _, row := range matchKeys {
		example(t, row.example, "when")
	}
	for _, row := range joining {
		example(t, row.example, row.under)
	}
}

func example(t *testing.T, e Example, under string) {
	t.Helper()
	m := matcher(t, e.Text)
	ask := m.All
	if under == "unless" {
		ask = m.Any
	}
	if got := ask(factsOf(t, e.Holds)).Match; got != Yes {
		t.Errorf("{%s} of %q: %v", e.Text, e.Holds, got)
	}
	if got := ask(factsOf(t, e.Not)).Match; got != No {
		t.Errorf("{%s} of %q: %v", e.Text, e.Not, got)
	}
}
