package story

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// Check plays a story and compares its transcript, or what was decided, with the one in the file: diff is empty if they agree. With update the
// file is rewritten instead.
func Check(ctx context.Context, s *Story, o Options, update bool) (diff string, err error) {
	if s.Decide != "" && !update {
		mismatches, err := Decide(ctx, s, o)
		for _, m := range mismatches {
			diff += m.String()
		}
		return diff, err
	}
	r, err := faultless(ctx, s, o)
	switch {
	case err != nil:
		return "", err
	case s.Decide != "":
		return "", s.Update("decide", section(r.Decisions))
	case update:
		return "", s.Update("want", r.Got)
	}
	return Diff(s.Want, r.Got), nil
}

// Decide plays a story that says what is expected of pull requests, and gives those that were decided otherwise.
func Decide(ctx context.Context, s *Story, o Options) ([]Mismatch, error) {
	expected, err := s.expectations() // whoever wrote it wrongly is told before it is played
	if err != nil {
		return nil, err
	}
	r, err := faultless(ctx, s, o)
	if err != nil {
		return nil, err
	}
	return mismatches(expected, r.Decisions), nil
}

// faultless plays a story. What GitHub would not have taken is an error.
func faultless(ctx context.Context, s *Story, o Options) (*Result, error) {
	r, err := Run(ctx, s, o)
	if err == nil && len(r.Faults) > 0 {
		err = fmt.Errorf("%s: requests that GitHub would not take:\n%w", s.Path, errors.Join(r.Faults...))
	}
	return r, err
}

// Diff shows two transcripts line by line where they differ; empty if they are the same.
func Diff(want, got string) string {
	if want == got {
		return ""
	}
	a, b := strings.Split(strings.TrimSuffix(want, "\n"), "\n"), strings.Split(strings.TrimSuffix(got, "\n"), "\n")
	var out strings.Builder
	for _, line := range align(a, b) {
		out.WriteString(line + "\n")
	}
	return out.String()
}

// align is the shortest edit from a to b by their longest common subsequence, each line with its sign.
func align(a, b []string) []string {
	common := make([][]int, len(a)+1)
	for i := range common {
		common[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	var lines []string
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			lines = append(lines, "    "+a[i])
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && common[i+1][j] >= common[i][j+1]:
			lines = append(lines, "  - "+a[i])
			i++
		default:
			lines = append(lines, "  + "+b[j])
			j++
		}
	}
	return lines
}
