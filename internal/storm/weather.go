package storm

import (
	"fmt"
	"time"
)

// fault is a kind of thing that goes wrong.
type fault struct {
	name string
	draw func(*drawing) string // the step
}

// faults are all that a plan may have go wrong, deaths excepted.
var faults = []fault{
	{"500", func(d *drawing) string { return d.fails("500") }},
	{"502", func(d *drawing) string { return d.fails("502") }},
	{"503", func(d *drawing) string { return d.fails("503") }},
	{"504", func(d *drawing) string { return d.fails("504") }},
	{"500 after the effect", func(d *drawing) string { return d.fails("500 after") }},
	{"502 after the effect", func(d *drawing) string { return d.fails("502 after") }},
	{"504 after the effect", func(d *drawing) string { return d.fails("504 after") }},
	{"timeout", func(d *drawing) string { return d.fails("timeout") }},
	{"timeout after the effect", func(d *drawing) string { return d.fails("timeout after") }},
	{"reset", func(d *drawing) string { return d.fails("reset") }},
	{"reset after the effect", func(d *drawing) string { return d.fails("reset after") }},
	{"truncated answer", func(d *drawing) string { return d.fails("truncate") }},
	{"malformed answer", func(d *drawing) string { return d.fails("malformed") }},
	{"answer in drips", func(d *drawing) string { return d.fails("drip") }},
	{"secondary limit", func(d *drawing) string { return d.fails("limit retry-after " + pick(d.rng, "7", "60", "120")) }},
	{"secondary limit as 429", func(d *drawing) string { return d.fails("limit 429 retry-after 30") }},
	{"secondary limit without a time", func(d *drawing) string { return d.fails("limit") }},
	{"token revoked", func(d *drawing) string { return d.fails("401") }},
	{"forbidden", func(d *drawing) string { return d.fails("403") }},
	{"not found for a while", func(d *drawing) string { return d.fails("404") }},
	{"unprocessable", func(d *drawing) string { return d.fails("422") }},
	{"bad weather", func(d *drawing) string { return "storm " + pick(d.rng, "0.05", "0.2", "0", "0") }},
	{"reads lag", func(d *drawing) string {
		return fmt.Sprintf("lag %s %ds", pick(d.rng, "graphql", "api", "pull", "snapshot", "rules"), pick(d.rng, 0, 1, 3, 10, 30))
	}},
	{"webhooks lost", func(d *drawing) string { return fmt.Sprintf("lose %d", 1+d.rng.IntN(6)) }},
	{"webhooks doubled", func(d *drawing) string { return fmt.Sprintf("double %d", 1+d.rng.IntN(3)) }},
	{"webhooks reordered", func(*drawing) string { return "swap" }},
	{"webhooks replayed", func(d *drawing) string { return fmt.Sprintf("replay %d", 1+d.rng.IntN(5)) }},
	{"webhooks forged", func(*drawing) string { return "spoof" }},
	{"webhooks too large", func(d *drawing) string { return fmt.Sprintf("huge %d", 1+d.rng.IntN(2)) }},
	{"webhooks late", func(d *drawing) string { return fmt.Sprintf("late %ds", pick(d.rng, 0, 0, 2, 20, 90)) }},
	{"clocks differ", func(d *drawing) string { return "skew " + pick(d.rng, "0s", "30s", "-30s") }},
	{"something happens within a request", func(d *drawing) string {
		return fmt.Sprintf("before %s: %s", pick(d.rng, "merge", "merge", "update", "reviewers", "snapshot", "check-run"), d.person())
	}},
	{"mergeability is not computed", func(d *drawing) string {
		return fmt.Sprintf("mergeable %s %s", d.pullRequest(), pick(d.rng, "off", "on", "on"))
	}},
	{"a merge is refused", func(d *drawing) string {
		return fmt.Sprintf("refuse %s %s", d.pullRequest(), pick(d.rng, `405 "Base branch was modified. Review and try the merge again."`, `405 "Pull Request is not mergeable"`, `403 "Resource not accessible by integration"`))
	}},
	{"a merge is on its way", func(d *drawing) string { return fmt.Sprintf("busy %s %ds", d.pullRequest(), 1+d.rng.IntN(60)) }},
	{"the installation is suspended", func(d *drawing) string { return "suspend " + d.owner() }},
	{"the installation is back", func(d *drawing) string { return "unsuspend " + d.owner() }},
	{"a permission is taken away", func(d *drawing) string {
		return fmt.Sprintf("permit %s {%s: %s}", d.owner(), pick(d.rng, "checks", "pull_requests", "contents"), pick(d.rng, "none", "read", "write", "write"))
	}},
	{"the App is uninstalled", func(d *drawing) string {
		if d.chance(4) {
			return "uninstall " + d.owner()
		}
		return d.fails("500")
	}},
	{"the repository leaves the installation", func(d *drawing) string { return "remove-repo " + d.repo() }},
	{"the repository is back", func(d *drawing) string { return "add-repo " + d.repo() }},
	{"hours pass", func(d *drawing) string { return "sleep " + pick(d.rng, "10m", "10m", "61m") }},
	{"the disk is full", func(d *drawing) string { return fmt.Sprintf("full %d", 1+d.rng.IntN(4)) }},
}

// routes are those that the program writes and reads by.
var routes = []string{"merge", "merge", "update", "update", "reviewers", "check-run", "open", "snapshot", "graphql", "token", "rules", "contents", "pull", "deliveries", "enqueue", "move-refs", "api", "api"}

// fails draws a route that answers so, once or several times.
func (d *drawing) fails(how string) string {
	return fmt.Sprintf("fail %s %s x%d", pick(d.rng, routes...), how, 1+d.rng.IntN(3))
}

// deaths are the ways in which the program ends.
var deaths = []fault{
	{"killed", func(*drawing) string { return "kill" }},
	{"killed in a request", func(d *drawing) string { return fmt.Sprintf("crash %d", 1+d.rng.IntN(12)) }},
	{"killed before it hears an answer", func(d *drawing) string { return fmt.Sprintf("crash %d after", 1+d.rng.IntN(12)) }},
	{"killed before a webhook is in the log", func(d *drawing) string { return fmt.Sprintf("deaf %d", 1+d.rng.IntN(3)) }},
	{"killed before GitHub hears that a webhook arrived", func(d *drawing) string { return fmt.Sprintf("deaf %d after", 1+d.rng.IntN(3)) }},
	{"down for a while", func(d *drawing) string {
		return fmt.Sprintf("down %s", time.Duration(5+d.rng.IntN(600))*time.Second)
	}},
}
