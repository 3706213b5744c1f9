package contract

import (
	"regexp"
	"slices"
)

// exception is a fault of an answer where GitHub's description is wrong and
// not the answer; why says how we know.
type exception struct {
	fault *regexp.Regexp // matches the fault's text
	why   string
}

// exceptions are at most ten; a longer list would say that answers are not
// judged. Requests and webhooks have none. Each is shown by an example in
// GitHub's own description that breaks the schema beside it.
var exceptions = []exception{
	{
		regexp.MustCompile(`/(network_count|subscribers_count|template_repository): unknown property$`),
		"the examples of pulls, forks and installations have them in each repository; the schema only in GET /repos/{owner}/{repo}",
	},
	{
		regexp.MustCompile(`/(requested_)?teams/[0-9]+/type: property "type" is missing$`),
		"the examples of pulls, review requests and protection have teams without it",
	},
	{
		regexp.MustCompile(`/required_status_checks/checks: property "checks" is missing$`),
		"the examples of branches and protection have contexts alone",
	},
	{
		regexp.MustCompile(`^body(/[0-9]+)?/account/(created_at|name|slug|updated_at): property "[a-z_]+" is missing$`),
		"the account of an installation is a user or an enterprise; the schema wants it to be both, and the examples are users",
	},
	{
		regexp.MustCompile(`/head/repo: Value is not nullable$`),
		"a pull request outlives its fork; the example of GET /repos/{owner}/{repo}/pulls/{pull_number} before 2023 has null, and so have clients",
	},
}

// excused returns the faults for which there is no exception.
func excused(found []error) []error {
	return slices.DeleteFunc(found, func(err error) bool {
		return slices.ContainsFunc(exceptions, func(e exception) bool {
			return e.fault.MatchString(err.Error())
		})
	})
}
