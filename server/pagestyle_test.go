package server_test

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var isVariable = regexp.MustCompile(`--(\w+): #([0-9a-f]{6});`)

// TestContrast: every colour of text has 4.5 : 1 on the page and on its soft background, light and dark, as
// https://www.w3.org/TR/WCAG22/#contrast-minimum asks.
func TestContrast(t *testing.T) {
	css := newHouse(t).get("/static/style.css").Body.String()
	schemes := strings.SplitN(css, "prefers-color-scheme: dark", 2)
	if len(schemes) != 2 {
		t.Fatal("no dark scheme")
	}
	for i, name := range []string{"light", "dark"} {
		colours := map[string]float64{}
		for _, m := range isVariable.FindAllStringSubmatch(schemes[i], -1) {
			colours[m[1]] = luminance(t, m[2])
		}
		for _, ink := range []string{"ink", "muted", "accent", "done", "waiting", "person", "stopped", "off"} {
			for _, paper := range []string{"paper", "soft"} {
				a, b := colours[ink], colours[paper]
				if ratio := (math.Max(a, b) + 0.05) / (math.Min(a, b) + 0.05); ratio < 4.5 {
					t.Errorf("%s: %s on %s has %.2f : 1", name, ink, paper, ratio)
				}
			}
		}
	}
}

// luminance is the relative luminance of a colour.
func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	n, err := strconv.ParseUint(hex, 16, 32)
	if err != nil {
		t.Fatal(err)
	}
	part := func(shift int) float64 {
		c := float64(n>>shift&0xff) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*part(16) + 0.7152*part(8) + 0.0722*part(0)
}
