package story

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/pitcrew-app/pitcrew/config"
	"github.com/pitcrew-app/pitcrew/internal/ghsim"
	"github.com/pitcrew-app/pitcrew/server"
	"github.com/rs/zerolog"
)

// GCPercent is how rarely garbage is collected where stories are played and nothing else is done: each is over in less than a
// tenth of a second, and leaves some megabytes.
const GCPercent = 800

// Result is a story that was played.
type Result struct {
	Got       string     // the transcript
	Decisions []Decision // what each open pull request was decided in the end
	Faults    []error    // requests that GitHub does not know or its description forbids; any is a failure
}

// Options of a run.
type Options struct {
	NoGit   bool                               // GitHub keeps its repositories in memory
	Data    string                             // where the program keeps its log; empty: in a directory that goes
	Referee func(ghsim.Exchange) error         // judges each request; nil: nobody does
	Hooks   func(event string, b []byte) error // judges each webhook; nil: nobody does
	Log     zerolog.Logger                     // of the program
	Rest    func(context.Context, World) error // is called wherever nothing moves any more; nil: nobody looks
}

// World is what there is to look at where nothing moves any more.
type World struct {
	GitHub  *ghsim.Sim
	Program *server.Program
	Data    string // what the program calls PITCREW_DATA
	Now     time.Time
}

// Where GitHub and pitcrew are: both live in this process, and no request leaves it.
const (
	github  = "http://github.story"
	pitcrew = "http://pitcrew.story"
)

// appKey is half as long as GitHub makes them: it guards nothing here, and signing takes a fifth of the time.
var appKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		panic(err) // the machine has no randomness
	}
	return key
})

// world is a story while it is played: GitHub, pitcrew, and the time that both live in.
type world struct {
	story *Story
	clock *clock
	sim   *ghsim.Sim
	door  http.RoundTripper // of GitHub
	dir   string            // is removed in the end; empty: there is none
	data  string            // where the program keeps its log
	log   zerolog.Logger
	rest  func(context.Context, World) error

	program *server.Program
	life    context.Context // of the program: ends where it is killed
	kill    context.CancelFunc

	backup   []byte     // that backup made; nil: none
	secrets  [][]byte   // of webhooks, that the program accepts
	asked    int        // requests since then
	since    time.Time  // of the virtual minute
	counting sync.Mutex // of these two
	crash    *crash     // nil: none is armed
	out      transcript
}

// Run plays a story from its beginning to its end.
func Run(ctx context.Context, s *Story, o Options) (*Result, error) {
	w := &world{story: s, clock: &clock{now: start}, log: o.Log, rest: o.Rest}
	defer w.close()
	if err := w.play(ctx, o); err != nil {
		return nil, err
	}
	if err := w.unmet(); err != nil {
		return nil, err
	}
	if err := w.out.end(ctx, w); err != nil {
		return nil, err
	}
	decided, err := w.decided(ctx)
	if err != nil {
		return nil, err
	}
	return &Result{Got: w.out.String(), Decisions: decided, Faults: w.sim.Errs()}, nil
}

// play plays the story's script.
func (w *world) play(ctx context.Context, o Options) error {
	if err := w.open(o); err != nil {
		return err
	}
	if err := w.settle(ctx, horizon); err != nil {
		return err
	}
	w.out = transcript{waits: map[string]string{}, asked: map[string]string{}}
	if err := w.resting(ctx); err != nil {
		return err
	}
	for _, line := range w.story.Script {
		if err := w.line(ctx, line); err != nil {
			return fmt.Errorf("%s:%d: %s: %w", w.story.Path, line.Number, line.Text, err)
		}
	}
	return nil
}

// unmet is an error for the first line of the script that armed something which never happened.
func (w *world) unmet() error {
	armed := w.sim.Unmet()
	if w.crash != nil {
		armed = append(armed, "crash "+w.crash.route)
	}
	for _, text := range armed {
		for _, line := range w.story.Script {
			if strings.Contains(line.Text, text) {
				return fmt.Errorf("%s:%d: %s: no such request came until the end; take the line out, or let happen what sends it", w.story.Path, line.Number, line.Text)
			}
		}
	}
	return nil
}

func (w *world) open(o Options) error {
	var err error
	if w.data = o.Data; w.data == "" {
		if w.dir, err = os.MkdirTemp("", "pitcrew-story-"); err != nil {
			return err
		}
		w.data = w.dir
	}
	w.sim, err = ghsim.New(ghsim.Options{Seed: 1, NoGit: o.NoGit, Key: appKey(), Now: w.clock.Now, BaseURL: github,
		Referee: o.Referee, HookReferee: o.Hooks, HookClient: &http.Client{Transport: ghsim.Direct(http.HandlerFunc(w.hear))}})
	if err != nil {
		return err
	}
	w.door = ghsim.Direct(w.kills(w.sim.Handler()))
	w.sim.SetHook(pitcrew + "/hooks/github")
	if err := w.sim.Load(w.story.GitHub, w.story.filesOf(w.story.home())); err != nil {
		return w.story.fixtureError(err)
	}
	return w.start()
}

// start starts the program, as serve does, on the same data as before.
func (w *world) start() error {
	cred := w.sim.Credentials()
	w.life, w.kill = context.WithCancel(context.Background())
	observe := config.ObserveNo
	if w.story.Options["observe"] || w.story.Decide != "" {
		observe = config.ObserveYes
	}
	program, err := server.Assemble(w.life, server.Setup{
		Data: w.data, AppID: cred.AppID, Key: []byte(cred.Key), Secrets: w.accepted(cred.WebhookSecret),
		KeyAgain: func() ([]byte, error) { return []byte(w.sim.Credentials().Key), nil },
		V3URL:    github + "/", V4URL: github + "/graphql", WebURL: github, Transport: w.door,
		Now: w.clock.Now, Log: w.log, Observe: observe, Owner: "story", Unsynced: true,
	})
	if err != nil {
		return err
	}
	w.program = program
	return nil
}

// accepted are the webhook secrets of a program that starts: GitHub's, unless restart named another one, and the one before.
func (w *world) accepted(theirs string) [][]byte {
	if len(w.secrets) == 0 {
		w.secrets = [][]byte{[]byte(theirs)}
	}
	return w.secrets
}

// hear is pitcrew where webhooks arrive.
func (w *world) hear(rw http.ResponseWriter, r *http.Request) { w.program.Hooks.ServeHTTP(rw, r) }

// stop ends the program; kill -9 and SIGTERM look the same from here, for all that matters is on disk.
func (w *world) stop() error {
	w.kill()
	return w.program.Close()
}

func (w *world) close() {
	if w.program != nil {
		w.stop() //nolint:errcheck // the story is over
	}
	if w.sim != nil {
		w.sim.Close() //nolint:errcheck // a temporary directory
	}
	os.RemoveAll(w.dir) //nolint:errcheck // a temporary directory
}

// tooOften is how many requests in a minute mean that something goes round in circles.
const tooOften = 400

// count counts the requests of a minute.
func (w *world) count() {
	w.counting.Lock()
	defer w.counting.Unlock()
	if now := w.clock.Now(); now.Sub(w.since) >= time.Minute {
		w.since, w.asked = now, 0
	}
	w.asked++
}

// horizon is how long after a line of the script time goes on by itself.
const horizon = 90 * time.Second

// line plays one line: several things that happen at once are separated by " ; ".
func (w *world) line(ctx context.Context, line Line) error {
	w.out.script(line.Text)
	w.clock.to(w.clock.Now().Add(time.Second))
	d := horizon
	for _, verb := range strings.Split(line.Text, " ; ") {
		wait, err := w.verb(strings.TrimSpace(verb))
		if err != nil {
			return err
		}
		d = max(d, wait)
	}
	return w.settleAndSay(ctx, d)
}

// verb plays one verb. The runner's own are wait, restart, backup, restore, pause, resume and crash; all others are GitHub's.
func (w *world) verb(text string) (time.Duration, error) {
	word, rest, _ := strings.Cut(text, " ")
	switch word {
	case "wait":
		if rest == "" {
			return 0, nil
		}
		return parseWait(rest)
	case "restart":
		if err := w.stop(); err != nil {
			return 0, err
		}
		if rest != "" {
			w.secrets = [][]byte{[]byte(rest), w.secrets[0]}
		}
		return 0, w.start()
	case "backup":
		return 0, w.backUp()
	case "restore":
		return 0, w.restore()
	case "pause":
		return 0, w.pause(rest)
	case "resume":
		return 0, w.resume(rest)
	case "crash":
		var err error
		w.crash, err = parseCrash(rest)
		return 0, err
	}
	return 0, w.sim.Exec(text)
}

func parseWait(text string) (time.Duration, error) {
	if days, ok := strings.CutSuffix(text, "d"); ok {
		d, err := time.ParseDuration(days + "h")
		return 24 * d, err
	}
	return time.ParseDuration(text)
}

func (w *world) settleAndSay(ctx context.Context, d time.Duration) error {
	if err := w.settle(ctx, d); err != nil {
		return err
	}
	return w.resting(ctx)
}

// resting is where nothing moves any more: what happened is said, and whoever wants to look may.
func (w *world) resting(ctx context.Context) error {
	if err := w.out.say(ctx, w); err != nil || w.rest == nil {
		return err
	}
	return w.rest(ctx, World{w.sim, w.program, w.data, w.clock.Now()})
}

// settle lets everything happen that is due within d, in the order of time.
func (w *world) settle(ctx context.Context, d time.Duration) error {
	end := w.clock.Now().Add(d)
	for range 100_000 {
		next, err := w.round(ctx)
		if err != nil {
			return err
		}
		if next.IsZero() || next.After(end) {
			if d > horizon {
				w.clock.to(end)
			}
			return nil
		}
		if w.asked > tooOften {
			return fmt.Errorf("pitcrew asked GitHub more than %d times within a minute", tooOften)
		}
		w.clock.to(next)
	}
	return errors.New("this never comes to rest: something is due again and again without time passing")
}

// round does all that is due now, and returns when something will be.
func (w *world) round(ctx context.Context) (time.Time, error) {
	for busy := true; busy; {
		busy = w.sim.Step(w.clock.Now()) > 0
		busy = w.sim.Deliver(ctx) > 0 || busy
	}
	next, err := w.program.Engine.Step(w.life)
	if w.life.Err() != nil {
		w.out.died(w)
		w.crash = nil
		if err := w.stop(); err != nil {
			return time.Time{}, err
		}
		return w.clock.Now(), w.start()
	}
	if err != nil {
		return time.Time{}, err
	}
	if at, ok := w.sim.Next(); ok && (next.IsZero() || at.Before(next)) {
		next = at
	}
	if !next.After(w.clock.Now()) && !next.IsZero() {
		return w.clock.Now(), nil
	}
	return next, nil
}
