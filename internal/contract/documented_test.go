package contract

import (
	"bufio"
	"os"
	"slices"
	"strings"
	"testing"
)

// differences are where our table says something else than the reading of 2021, which was right in its time.
var differences = map[string]string{
	"GET /meta":             "asks for no permission",
	"GET /rate_limit":       "asks for no permission",
	"GET /users/{username}": "asks for no permission",
	"GET /search/issues":    "asks for no permission: it finds what the token may read",

	"GET /orgs/{org}/members":            "stands under members today",
	"GET /orgs/{org}/members/{username}": "stands under members today",

	"GET /repos/{owner}/{repo}/check-runs/{check_run_id}":                "stands under checks alone today",
	"GET /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations":    "stands under checks alone today",
	"GET /repos/{owner}/{repo}/check-suites/{check_suite_id}":            "stands under checks alone today",
	"GET /repos/{owner}/{repo}/check-suites/{check_suite_id}/check-runs": "stands under checks alone today",
	"GET /repos/{owner}/{repo}/commits/{ref}/check-runs":                 "stands under checks alone today",
	"GET /repos/{owner}/{repo}/commits/{ref}/check-suites":               "stands under checks alone today",

	"GET /repos/{owner}/{repo}/contents/{path}":                         "single_file is another kind of App's",
	"PUT /repos/{owner}/{repo}/contents/{path}":                         "single_file is another kind of App's",
	"GET /repos/{owner}/{repo}/pulls/{pull_number}":                     "contents: read will do today",
	"POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions": "stands under issues alone today",
}

// A reading of GitHub's documentation by others, of 2021, agrees with our table, but for what is listed here with its reason.
func TestPermissionsAgreeWithAnotherReading(t *testing.T) {
	f, err := os.Open("testdata/app-permissions.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	compared := 0
	for lines := bufio.NewScanner(f); lines.Scan(); compared++ {
		words := strings.Fields(lines.Text())
		operation, theirs := words[0]+" "+words[1], words[2:]
		var ours []string
		for _, p := range Needs(words[0], words[1]) {
			ours = append(ours, p.Name+":"+p.Access)
		}
		slices.Sort(ours)
		switch reason, listed := differences[operation]; {
		case slices.Equal(ours, theirs) && listed:
			t.Errorf("%s does not differ any more: %s", operation, reason)
		case !slices.Equal(ours, theirs) && !listed:
			t.Errorf("%s: %v here, %v there", operation, ours, theirs)
		}
	}
	if compared < 62 {
		t.Errorf("%d operations were compared", compared)
	}
}
