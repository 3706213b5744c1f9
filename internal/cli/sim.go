package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/ghsim"
	"github.com/pitcrew-app/pitcrew/internal/ghsim/demo"
	"github.com/spf13/cobra"
	"gopkg.in/yaml.v3"
)

// simOptions are the flags of sim.
type simOptions struct {
	addr, state, hook string
	seed              int64
	speed             float64
	noGit             bool
}

func simCommand(a *app) *cobra.Command {
	var o simOptions
	c := &cobra.Command{
		Use:   "sim",
		Short: "serve a simulated GitHub, for any client",
		Long: `Serves a GitHub with real git repositories on one address, until it is stopped: REST at /, GraphQL at /graphql, git
at /OWNER/REPO.git, sign-in at /login/oauth, and signed webhooks to --hook. The same port answers HTTP, HTTPS by a certificate
authority of its own (ca_file), and CONNECT as a proxy for any host (proxy). Prints one line of JSON: its address, the App's
id, private key file, client and webhook secrets, the installations, and tokens for people. Needs git 2.38 or newer, but not
with --no-git: repositories then live in memory, and only git's own protocol is missing.`,
		Example: "  pitcrew sim --addr 127.0.0.1:9000 --hook http://127.0.0.1:8080/hooks/github",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if !o.noGit {
				if err := checkGit(c.Context()); err != nil {
					return err
				}
			}
			return a.sim(c.Context(), o)
		},
	}
	f := c.Flags()
	f.StringVar(&o.addr, "addr", "127.0.0.1:0", "where to listen; port 0 is any free one")
	f.StringVar(&o.state, "state", "", "a file with GitHub's state, as github.yml in stories; `demo` is the demo's (default: one repository, acme/api)")
	f.StringVar(&o.hook, "hook", "", "where the App's webhooks are sent")
	f.Int64Var(&o.seed, "seed", 1, "decides ids, tokens, and what people and CI do")
	f.BoolVar(&o.noGit, "no-git", false, "keep repositories in memory; nothing can be cloned or pushed with git then")
	f.Float64Var(&o.speed, "speed", 1, "divides the habits of people and the durations of CI")
	return c
}

// simPrint is what sim prints: what a client needs.
type simPrint struct {
	ghsim.Credentials
	KeyFile string `json:"key_file"`
	HTTPS   string `json:"https"`   // the same port
	CAFile  string `json:"ca_file"` // who vouches for it, PEM
	Proxy   string `json:"proxy"`   // for HTTPS_PROXY: every host behind it is this GitHub
}

func (a *app) sim(ctx context.Context, o simOptions) error {
	state, err := simState(o.state)
	if err != nil {
		return err
	}
	if state, err = asInstalled(state); err != nil {
		return err
	}
	sim, err := ghsim.New(ghsim.Options{Seed: o.seed, Speed: o.speed, NoGit: o.noGit})
	if err != nil {
		return err
	}
	defer sim.Close() //nolint:errcheck // a temporary directory
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", o.addr)
	if err != nil {
		return usageError{"sim: " + err.Error(), "choose another --addr"}
	}
	sim.SetURL("http://" + listener.Addr().String())
	if err := sim.Load(state, nil); err != nil {
		return usageError{err.Error(), "see the stories in testdata/scenarios for the form"}
	}
	sim.SetHook(o.hook)
	door, err := sim.Open(listener)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "pitcrew-sim-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a temporary directory
	out, err := writeSecrets(dir, sim.Credentials(), door)
	if err != nil {
		return err
	}
	if err := json.NewEncoder(a.out).Encode(out); err != nil {
		return err
	}
	return serveSim(ctx, sim, door)
}

func simState(name string) ([]byte, error) {
	switch name {
	case "":
		return nil, nil
	case "demo":
		return demo.GitHub, nil
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, usageError{"--state: " + err.Error(), "give a file like github.yml in stories"}
	}
	return text, nil
}

// asInstalled gives the simulated App the permissions and events of app.yml, where the state does not say others.
func asInstalled(state []byte) ([]byte, error) {
	var said map[string]yaml.Node
	if err := yaml.Unmarshal(state, &said); err != nil {
		return nil, usageError{"--state: " + err.Error(), "give a file like github.yml in stories"}
	}
	if _, ok := said["app"]; ok {
		return state, nil
	}
	want, err := readAppManifest()
	if err != nil {
		return nil, err
	}
	permissions := map[string]string{"issues": "none", "merge_queues": "none"} // which the simulator gives by itself
	maps.Copy(permissions, want.Permissions)
	app, err := yaml.Marshal(map[string]any{"app": map[string]any{"permissions": permissions, "events": want.Events}})
	if err != nil {
		return nil, err
	}
	return append(append(state[:len(state):len(state)], '\n'), app...), nil
}

// writeSecrets puts into dir what clients read from files.
func writeSecrets(dir string, c ghsim.Credentials, door *ghsim.Door) (simPrint, error) {
	address := door.Addr().String()
	p := simPrint{Credentials: c, KeyFile: filepath.Join(dir, "app.pem"), CAFile: filepath.Join(dir, "ca.pem"),
		HTTPS: "https://" + address, Proxy: "http://" + address}
	return p, errors.Join(os.WriteFile(p.KeyFile, []byte(c.Key), 0o600), os.WriteFile(p.CAFile, door.CA(), 0o600))
}

func serveSim(ctx context.Context, sim *ghsim.Sim, door *ghsim.Door) error {
	srv := &http.Server{Handler: door.Handler(), ReadHeaderTimeout: 5 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(door) }()
	ran := make(chan struct{})
	life, end := context.WithCancel(ctx)
	go func() { sim.Run(life); close(ran) }()
	var err error
	select {
	case <-ctx.Done():
	case err = <-failed:
	}
	end()
	<-ran
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	if stop := srv.Shutdown(closing); stop != nil {
		srv.Close() //nolint:errcheck // clients that hang on are cut off
	}
	for _, e := range sim.Errs() {
		fmt.Fprintln(os.Stderr, "pitcrew sim:", e)
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}
