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
	hooks bool // webhooks have it too
}

// exceptions are at most ten; a longer list would say that answers are not
// judged. Requests have none, and webhooks the one that they cannot do without. Each is shown by an example in
// GitHub's own description that breaks the schema beside it.
var exceptions = []exception{
	{
		fault: regexp.MustCompile(`/(network_count|subscribers_count|template_repository): unknown property$`),
		why:   "the examples of pulls, forks and installations have them in each repository; the schema only in GET /repos/{owner}/{repo}",
	},
	{
		fault: regexp.MustCompile(`/(requested_)?teams/[0-9]+/type: property "type" is missing$`),
		why:   "the examples of pulls, review requests and protection have teams without it",
	},
	{
		fault: regexp.MustCompile(`/required_status_checks/checks: property "checks" is missing$`),
		why:   "the examples of branches and protection have contexts alone",
	},
	{
		fault: regexp.MustCompile(`^body(/[0-9]+)?/account/(created_at|name|slug|updated_at): property "[a-z_]+" is missing$`),
		why:   "the account of an installation is a user or an enterprise; the schema wants it to be both, and the examples are users",
	},
	{
		fault: regexp.MustCompile(`/head/repo: Value is not nullable$`),
		why:   "a pull request outlives its fork; the example of GET /repos/{owner}/{repo}/pulls/{pull_number} before 2023 has null, and so have clients",
		hooks: true, // so octokit's types of all webhooks of pull requests
	},
}

// excused returns the faults for which there is no exception.
func excused(found []error) []error {
	return excusedBy(found, func(exception) bool { return true })
}

func excusedBy(found []error, counts func(exception) bool) []error {
	return slices.DeleteFunc(found, func(err error) bool {
		return slices.ContainsFunc(exceptions, func(e exception) bool {
			return counts(e) && e.fault.MatchString(err.Error())
		})
	})
}
