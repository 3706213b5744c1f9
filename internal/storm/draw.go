package storm

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/oracle"
)

// Draw decides everything by a seed.
func Draw(seed uint64) Plan {
	d := newDrawing(seed)
	if !d.chance(3) { // GitHub's reads lag behind its writes as a matter of course
		d.plan.Steps = append(d.plan.Steps, Step{0, fmt.Sprintf("lag %s %ds", pick(d.rng, "api", "graphql"), pick(d.rng, 1, 2, 5, 10))})
	}
	if seed%5 == 0 { // an Enterprise Server of somebody who turned them off
		d.plan.Steps = append(d.plan.Steps, Step{0, "limits off"})
	}
	for range 7*d.size() + d.rng.IntN(9*d.size()) {
		if d.chance(6) {
			d.race()
			continue
		}
		if d.chance(24) {
			d.standstill()
			continue
		}
		if d.chance(24) {
			d.throughQueue()
			continue
		}
		if d.chance(40) {
			d.takeBack()
			continue
		}
		if d.chance(40) {
			d.dieInPause()
			continue
		}
		d.step()
	}
	return d.plan
}

func newDrawing(seed uint64) *drawing {
	d := &drawing{rng: rand.New(rand.NewPCG(seed, 0x57a9)), plan: Plan{Seed: seed, Policies: map[string]*oracle.Policy{}}}
	d.world()
	return d
}

// drawing is a plan in the making.
type drawing struct {
	rng          *rand.Rand
	plan         Plan
	repositories int
	repos        []string
	numbers      map[string]int // the newest pull request of each repository
	texts        []string
	commits      int
	releases     int
}

// size is how many repositories there are: a small world gets in its own way more often.
func (d *drawing) size() int {
	if d.repositories == 0 {
		d.repositories = pick(d.rng, 2, 2, 2, 3, 4, 5)
	}
	return d.repositories
}

func (d *drawing) repo() string { return pick(d.rng, d.repos...) }

// owners are the organisations, with an installation each.
var owners = []string{"acme", "globex"}

func (d *drawing) owner() string { return pick(d.rng, owners...) }

func (d *drawing) chance(of int) bool { return d.rng.IntN(of) == 0 }

// world draws the repositories with their pull requests.
func (d *drawing) world() {
	d.numbers = map[string]int{}
	d.repos = []string{"acme/api", "globex/shop", "acme/lib", "globex/tools", "acme/web"}[:d.size()]
	for range 3 {
		p := drawPolicy(d.rng)
		text := render(p)
		d.plan.Policies[text] = p
		d.texts = append(d.texts, text)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "ci: {build: {takes: %ds, fails: %.1f}}\n", 5+d.rng.IntN(60), pick(d.rng, 0, 0.1, 0.3))
	fmt.Fprintf(&b, "habits:\n")
	for _, who := range []string{"bob", "cat"} {
		fmt.Fprintf(&b, "  %s: {reviews: %ds, approves: %.1f, fixes: 40s}\n", who, 5+d.rng.IntN(90), pick(d.rng, 1, 0.8, 0.5))
	}
	fmt.Fprintf(&b, "repo: %s\nrepos:\n", d.repos[0])
	for _, r := range d.repos {
		d.repository(&b, r)
	}
	d.plan.World = b.String()
}

func (d *drawing) repository(b *strings.Builder, name string) {
	fmt.Fprintf(b, "  %s:\n    private: false\n    people: {ana: write, bob: write, cat: maintain, dan: admin, eve: read}\n", name)
	fmt.Fprintf(b, "    files:\n      package.json: %q\n", manifest(name, "1.0.0"))
	if !d.chance(8) {
		fmt.Fprintf(b, "      .platform.yml: %q\n", pick(d.rng, d.texts...))
	}
	if d.chance(6) {
		fmt.Fprintf(b, "    merge: [%s]\n", pick(d.rng, "squash", "merge, squash"))
	}
	if !d.chance(3) {
		fmt.Fprintf(b, "    protection: {main: %s}\n", d.protection())
	} else if d.chance(3) {
		fmt.Fprintf(b, "    rules: {main: %s}\n", d.protection())
	}
	fmt.Fprintf(b, "    prs:\n")
	for n := 1; n <= 1+d.rng.IntN(4); n++ {
		fmt.Fprintf(b, "      %d: %s\n", n, d.pull(name, n))
		d.numbers[name] = n
	}
}

// publishers are the repositories that release a package. All others use all of them, of which only their own owner's may be
// proposed to them.
var publishers = []string{"acme/lib", "globex/tools"}

// manifest is a repository's package.json.
func manifest(repo, version string) string {
	if slices.Contains(publishers, repo) {
		return fmt.Sprintf("{\n  \"name\": \"@%s\",\n  \"version\": %q\n}\n", repo, version)
	}
	var uses []string
	for _, p := range publishers {
		uses = append(uses, fmt.Sprintf("    \"@%s\": \"^%s\"", p, version))
	}
	return fmt.Sprintf("{\n  \"name\": \"@%s\",\n  \"version\": \"3.0.0\",\n  \"dependencies\": {\n%s\n  }\n}\n", repo, strings.Join(uses, ",\n"))
}

// release is a new version of a package, with its manifest.
func (d *drawing) release() string {
	repo := pick(d.rng, publishers...)
	d.releases++
	version := fmt.Sprintf("1.%d.0", d.releases)
	return fmt.Sprintf("release %s v%s {package.json: '%s'}%s", repo, version, strings.ReplaceAll(manifest(repo, version), "\n", " "), pick(d.rng, "", "", "", " prerelease"))
}

func (d *drawing) protection() string {
	var parts []string
	if d.chance(3) {
		parts = append(parts, fmt.Sprintf("approvals: %d", 1+d.rng.IntN(2)))
	}
	if !d.chance(4) {
		parts = append(parts, "checks: [build]")
		if !d.chance(3) {
			parts = append(parts, "strict: true")
		}
	}
	if d.chance(4) {
		parts = append(parts, "conversations: true")
	}
	if d.chance(4) {
		parts = append(parts, "dismiss-stale: true")
	}
	if d.chance(8) {
		parts = append(parts, "linear: true")
	}
	if d.chance(10) {
		parts = append(parts, "queue: true")
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

func (d *drawing) pull(repo string, n int) string {
	var labels []string
	if !d.chance(4) {
		labels = append(labels, pick(d.rng, "automerge", "automerge", "ship"))
	}
	if d.chance(8) {
		labels = append(labels, "hold")
	}
	parts := []string{
		fmt.Sprintf("author: %s", pick(d.rng, "ana", "ana", "bob", "eve")),
		fmt.Sprintf("title: %s", d.title()),
		fmt.Sprintf("labels: [%s]", strings.Join(labels, ", ")),
		fmt.Sprintf("head: %s", d.commit()),
	}
	if d.chance(10) {
		parts = append(parts, "draft: true")
	}
	if d.chance(10) {
		parts = append(parts, "fork: true")
		if d.chance(3) {
			parts = append(parts, "maintainer-edit: false")
		}
	}
	if d.chance(8) {
		parts = append(parts, "base: dev")
	}
	if d.chance(4) {
		parts = append(parts, fmt.Sprintf("body: %q", pick(d.rng, texts...)), fmt.Sprintf("message: %q", pick(d.rng, texts...)))
	}
	if d.chance(8) {
		parts = append(parts, "files: {same.txt: "+d.commit()+"}")
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

func (d *drawing) commit() string {
	d.commits++
	return fmt.Sprintf("c%dx", d.commits)
}

// step draws one thing that happens, or several at once.
func (d *drawing) step() {
	after := pick(d.rng, 0, 0, time.Second, time.Duration(1+d.rng.IntN(10))*time.Second, 30*time.Second, time.Duration(1+d.rng.IntN(3))*time.Minute)
	var do string
	switch n := d.rng.IntN(100); {
	case n < 55:
		do = d.person()
	case n < 65:
		do = d.maintainer()
	case n < 92:
		do = pick(d.rng, faults...).draw(d)
	default:
		do = pick(d.rng, deaths...).draw(d)
	}
	d.plan.Steps = append(d.plan.Steps, Step{after, do})
}

// race draws what forbids a merge and what permits it, within the seconds in which both are on their way.
func (d *drawing) race() {
	p := d.pullRequest()
	forbids := fmt.Sprintf(pick(d.rng, "label %s +hold by bob", "label %s -automerge by bob", "review %s bob changes", "review %s bob dismissed",
		"check %s build failure", "check %s build pending", "draft %s on", "edit %s {title: WIP no}", "thread %s open"), p)
	for i, do := range []string{"label %s +automerge by bob", "check %s build success", "review %s cat approved", "", "review %s bob approved", "review %s dan approved"} {
		if do == "" {
			do = forbids
		} else {
			do = fmt.Sprintf(do, p)
		}
		after := time.Duration(0)
		if i > 2 {
			after = time.Duration(d.rng.IntN(5)) * time.Second
		}
		d.plan.Steps = append(d.plan.Steps, Step{after, do})
	}
	d.plan.Steps = append(d.plan.Steps, Step{time.Duration(4+d.rng.IntN(8)) * time.Second, fmt.Sprintf("check %s lint success", p)})
}

// standstill draws a pause, somebody who makes a pull request ready at about that time, and mostly the end of it.
func (d *drawing) standstill() {
	p := d.pullRequest()
	repo, _, _ := strings.Cut(p, "#")
	owner, _, _ := strings.Cut(repo, "/")
	where := pick(d.rng, repo, repo+" main", repo+" main", repo+" dev", owner)
	ready := []string{"label %s +automerge by bob", "check %s build success", "review %s cat approved", "review %s bob approved"}
	at := d.rng.IntN(len(ready) + 1)
	for i := 0; i <= len(ready); i++ {
		if i == at {
			d.plan.Steps = append(d.plan.Steps, Step{0, "pause " + where + pick(d.rng, "", " by page")})
		}
		if i < len(ready) {
			d.plan.Steps = append(d.plan.Steps, Step{time.Duration(d.rng.IntN(5)) * time.Second, fmt.Sprintf(ready[i], p)})
		}
	}
	d.plan.Steps = append(d.plan.Steps, Step{time.Duration(d.rng.IntN(90)) * time.Second, pick(d.rng, deaths...).draw(d)})
	if !d.chance(4) {
		d.plan.Steps = append(d.plan.Steps, Step{time.Duration(d.rng.IntN(60)) * time.Second, "resume " + where + pick(d.rng, "", " by page")})
	}
}

// makeReady draws what a pull request mostly lacks.
func (d *drawing) makeReady(p string) {
	for _, do := range []string{"label %s +automerge by bob", "check %s build success", "review %s cat approved", "review %s bob approved", "check %s build success"} {
		d.plan.Steps = append(d.plan.Steps, Step{time.Duration(d.rng.IntN(4)) * time.Second, fmt.Sprintf(do, p)})
	}
}

// throughQueue draws a base with GitHub's merge queue, somebody who gets ready for it, and what becomes of that.
func (d *drawing) throughQueue() {
	p := d.pullRequest()
	repo, _, _ := strings.Cut(p, "#")
	within := func(do string) {
		d.plan.Steps = append(d.plan.Steps, Step{time.Duration(d.rng.IntN(12)) * time.Second, do})
	}
	within(fmt.Sprintf("%s main {queue: true, checks: [build]%s} in %s", pick(d.rng, "protect", "rules"), pick(d.rng, "", ", strict: true", ", approvals: 1"), repo))
	within(pick(d.rng, "lag graphql 0s", "fail enqueue 502 after", "fail enqueue 502", "fail enqueue timeout after", "before enqueue: push "+p+" "+d.commit()+" by ana", "before enqueue: label "+p+" +hold by bob"))
	d.makeReady(p)
	within(pick(d.rng, "dequeue "+p+" CI_FAILURE", "dequeue "+p+" MERGE_CONFLICT", "dequeue "+p+" MANUAL by dan", "label "+p+" +hold by bob", "pause "+repo+" main", "review "+p+" bob changes", "kill", "crash write after"))
	within("check " + p + " build success")
	within("resume " + repo + " main")
	within("queue main lands in " + repo)
	if !d.chance(3) {
		within("protect main " + d.protection() + " in " + repo)
	}
}

// takeBack draws a pull request that becomes ready, and somebody who takes it back after it has landed.
func (d *drawing) takeBack() {
	p := d.pullRequest()
	d.makeReady(p)
	d.plan.Steps = append(d.plan.Steps, Step{time.Duration(1+d.rng.IntN(8)) * time.Minute, "revert " + p + " by dan"})
}

// dieInPause draws a death while GitHub asks to wait, and somebody who does something right after it.
func (d *drawing) dieInPause() {
	p := d.pullRequest()
	d.plan.Steps = append(d.plan.Steps,
		Step{0, fmt.Sprintf("fail api limit retry-after %d", pick(d.rng, 60, 120))}, Step{0, fmt.Sprintf("label %s +ship by bob", p)},
		Step{5 * time.Second, "kill"}, Step{time.Second, fmt.Sprintf("label %s -ship by bob", p)})
}

// pullRequest names a pull request.
func (d *drawing) pullRequest() string {
	repo := pick(d.rng, d.repos...)
	return fmt.Sprintf("%s#%d", repo, 1+d.rng.IntN(d.numbers[repo]))
}

// person is what somebody does with a pull request.
func (d *drawing) person() string {
	p, who := d.pullRequest(), pick(d.rng, people...)
	switch d.rng.IntN(20) {
	case 0:
		repo := pick(d.rng, d.repos...)
		d.numbers[repo]++
		return fmt.Sprintf("open %s#%d %s", repo, d.numbers[repo], d.pull(repo, d.numbers[repo]))
	case 1, 2:
		return fmt.Sprintf("push %s %s by %s", p, d.commit(), pick(d.rng, "ana", "bob"))
	case 3:
		return fmt.Sprintf("force %s %s", p, d.commit())
	case 4, 5, 6:
		return fmt.Sprintf("review %s %s approved", p, who)
	case 7:
		return fmt.Sprintf("review %s %s %s", p, who, pick(d.rng, "changes", "commented", "dismissed"))
	case 8, 9:
		return fmt.Sprintf("label %s %s by bob", p, pick(d.rng, "+automerge", "-automerge", "+hold", "-hold", "+ship", "-ship"))
	case 10:
		return fmt.Sprintf("draft %s %s", p, pick(d.rng, "on", "off"))
	case 11:
		return fmt.Sprintf("%s %s", pick(d.rng, "close", "reopen", "reopen"), p)
	case 12:
		return fmt.Sprintf("comment %s %s \"looks good\"", p, who)
	case 13:
		return fmt.Sprintf("check %s %s %s", p, pick(d.rng, "build", "build", "lint"), pick(d.rng, "success", "success", "failure", "pending"))
	case 14:
		return fmt.Sprintf("thread %s %s", p, pick(d.rng, "open", "resolve"))
	case 15:
		return fmt.Sprintf("edit %s {title: %s}", p, d.title())
	case 16:
		return fmt.Sprintf("edit %s {base: %s}", p, pick(d.rng, "main", "dev"))
	case 17:
		return fmt.Sprintf("update %s by bob", p)
	case 18:
		return fmt.Sprintf("status %s %s %s", p, pick(d.rng, "build", "ci/x"), pick(d.rng, "success", "failure", "pending"))
	}
	return fmt.Sprintf("request %s %s by dan", p, pick(d.rng, "+cat", "-cat", "+bob", "-bob"))
}

// maintainer is what somebody does with a repository.
func (d *drawing) maintainer() string {
	repo := d.repo()
	switch d.rng.IntN(17) {
	case 0, 1, 2:
		return fmt.Sprintf("push %s:main %s", repo, d.commit())
	case 3:
		return fmt.Sprintf("file main .platform.yml %q in %s", pick(d.rng, d.texts...), repo)
	case 4:
		return fmt.Sprintf("protect main %s in %s", d.protection(), repo)
	case 5:
		return fmt.Sprintf("rules main %s in %s", d.protection(), repo)
	case 6:
		return fmt.Sprintf("merge %s by dan", d.pullRequest())
	case 7:
		return fmt.Sprintf("rename %s %s", repo, pick(d.rng, "fresh", "other"))
	case 8, 9, 10:
		return d.release()
	case 11:
		return fmt.Sprintf("archive %s", repo)
	case 12:
		return fmt.Sprintf("transfer %s %s", repo, d.owner())
	}
	switch d.rng.IntN(4) {
	case 0, 1:
		return fmt.Sprintf("queue main lands in %s", repo)
	case 2:
		return fmt.Sprintf("dequeue %s %s", d.pullRequest(), pick(d.rng, "CI_FAILURE", "MERGE_CONFLICT", "MANUAL by dan"))
	}
	return fmt.Sprintf("corrupt %s", d.pullRequest())
}
