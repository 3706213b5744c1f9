package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/ghsim"
	"github.com/pitcrew-app/pitcrew/internal/ghsim/demo"
	"github.com/spf13/cobra"
)

// simOptions are the flags of sim.
type simOptions struct {
	addr, state, hook string
	seed              int64
	speed             float64
}

func simCommand(a *app) *cobra.Command {
	var o simOptions
	c := &cobra.Command{
		Use:   "sim",
		Short: "serve a simulated GitHub, for any client",
		Long: `Serves a GitHub with real git repositories on one address, until it is stopped: REST at /, GraphQL at /graphql, and
signed webhooks to --hook. Prints one line of JSON: its address, the App's id, private key file and webhook secret, the
installations, and tokens for people. Needs git 2.38 or newer.`,
		Example: "  pitcrew sim --addr 127.0.0.1:9000 --hook http://127.0.0.1:8080/hooks/github",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := checkGit(c.Context()); err != nil {
				return err
			}
			return a.sim(c.Context(), o)
		},
	}
	f := c.Flags()
	f.StringVar(&o.addr, "addr", "127.0.0.1:0", "where to listen; port 0 is any free one")
	f.StringVar(&o.state, "state", "", "a file with GitHub's state, as github.yml in stories; `demo` is the demo's (default: one repository, acme/api)")
	f.StringVar(&o.hook, "hook", "", "where the App's webhooks are sent")
	f.Int64Var(&o.seed, "seed", 1, "decides ids, tokens, and what people and CI do")
	f.Float64Var(&o.speed, "speed", 1, "divides the habits of people and the durations of CI")
	return c
}

// simPrint is what sim prints: what a client needs.
type simPrint struct {
	ghsim.Credentials
	KeyFile string `json:"key_file"`
}

func (a *app) sim(ctx context.Context, o simOptions) error {
	state, err := simState(o.state)
	if err != nil {
		return err
	}
	sim, err := ghsim.New(ghsim.Options{Seed: o.seed, Speed: o.speed})
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
	keyFile, err := writeKey(sim.Credentials().Key)
	if err != nil {
		return err
	}
	defer os.RemoveAll(filepath.Dir(keyFile)) //nolint:errcheck // a temporary directory
	if err := json.NewEncoder(a.out).Encode(simPrint{sim.Credentials(), keyFile}); err != nil {
		return err
	}
	return serveSim(ctx, sim, listener)
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

func writeKey(pem string) (string, error) {
	dir, err := os.MkdirTemp("", "pitcrew-sim-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "app.pem")
	return path, os.WriteFile(path, []byte(pem), 0o600)
}

func serveSim(ctx context.Context, sim *ghsim.Sim, listener net.Listener) error {
	srv := &http.Server{Handler: sim.Handler(), ReadHeaderTimeout: 5 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(listener) }()
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
