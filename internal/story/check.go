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
	r, err := Run(ctx, s, o)
	if err != nil {
		return "", err
	}
	if len(r.Faults) > 0 {
		return "", fmt.Errorf("%s: requests that GitHub would not take:\n%w", s.Path, errors.Join(r.Faults...))
	}
	section, want, got := "want", s.Want, r.Got
	if s.Decide != "" {
		section, want, got = "decide", s.Decide, r.Decided
	}
	if update {
		return "", s.Update(section, got)
	}
	return Diff(want, got), nil
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
