package bench

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

var ingest = Bench{"ingest", "webhooks a second, each answered after it is on disk", runIngest}

// clients send side by side: GitHub does, after a push to a busy branch.
const clients = 64

// ingestShare is the share of the bare server's rate that we want to reach.
const ingestShare = 0.4

func runIngest(ctx context.Context, o Options) ([]Row, error) { return o.everywhere(ctx, ingestAt) }

func ingestAt(ctx context.Context, o Options, at place) ([]Row, error) {
	o.say("ingest, %s: asking the simulated GitHub for webhooks", at.name)
	w := world{github: ingestState(o.of(50, 2)), files: map[string]map[string]string{"acme/api": {".platform.yml": "version: 1\n"}}, data: at.data}
	l, err := w.open(ctx)
	if err != nil {
		return nil, err
	}
	defer l.Close() //nolint:errcheck // a temporary directory
	hooks, err := l.record(ctx, o.of(50, 2))
	if err != nil {
		return nil, err
	}
	n := o.of(10000, 50)
	o.say("ingest: %d deliveries of %d kB by %d clients, in turn with servers that only verify and append", n, averageSize(hooks)/1000, clients)
	ours, file, base, err := l.race(ctx, at, hooks, n)
	if err != nil {
		return nil, err
	}
	return []Row{
		{at.of("ingest: deliveries"), ours.rate(), "a second", new(base.rate()), new(ingestShare * base.rate()), Higher},
		{at.of("ingest: deliveries, beside a bare file"), ours.rate(), "a second", new(file.rate()), new(ingestShare * file.rate()), Higher},
		{at.of("ingest: request to 202"), quantile(ours.took, 0.5), "ms, p50", new(quantile(base.took, 0.5)), nil, Lower},
		{at.of("ingest: request to 202"), quantile(ours.took, 0.99), "ms, p99", new(quantile(base.took, 0.99)), nil, Lower},
	}, nil
}

// turns is how often each of those that are compared has its turn: what else the machine does then slows down all of them.
const turns = 20

// race sends n deliveries to pitcrew, and as many to a server that keeps them in a file, and to one that keeps them in a
// table of the same kind of database.
func (l *lab) race(ctx context.Context, at place, hooks []webhook, n int) (ours, file, base sent, err error) {
	secret := []byte(l.sim.Credentials().WebhookSecret)
	inFile, err := bareFile(filepath.Join(l.dir, "bare.log"))
	if err != nil {
		return ours, file, base, err
	}
	defer inFile.Close() //nolint:errcheck // a temporary directory
	inBase, err := bareDatabase(ctx, at, l.dir)
	if err != nil {
		return ours, file, base, err
	}
	defer inBase.Close() //nolint:errcheck // a temporary directory
	fileServer, baseServer := httptest.NewServer(inFile.handler(secret)), httptest.NewServer(inBase.handler(secret))
	defer fileServer.Close()
	defer baseServer.Close()
	for turn := range turns {
		for _, to := range []struct {
			url string
			sum *sent
		}{{l.hooks.URL + "/hooks/github", &ours}, {fileServer.URL, &file}, {baseServer.URL, &base}} {
			got, err := deluge(ctx, to.url, hooks, fmt.Sprintf("turn%d", turn), max(1, n/turns), clients)
			if err != nil {
				return ours, file, base, err
			}
			to.sum.took, to.sum.whole = append(to.sum.took, got.took...), to.sum.whole+got.whole
		}
	}
	return ours, file, base, nil
}

// ingestState has pull requests with descriptions of a usual length.
func ingestState(n int) string {
	var b strings.Builder
	body := strings.Repeat("What changes, why it does, and how it was tried; as templates ask. ", 40)
	b.WriteString("prs:\n")
	for i := range n {
		fmt.Fprintf(&b, "  %d: {author: ana, head: a%d, body: %q}\n", i+1, i+1, body)
	}
	return b.String()
}

// webhook is a delivery as GitHub sent it.
type webhook struct {
	header http.Header
	body   []byte
}

func averageSize(hooks []webhook) int {
	sum := 0
	for _, h := range hooks {
		sum += len(h.body)
	}
	return sum / max(1, len(hooks))
}

// record lets people and CI work on the pull requests, and keeps what GitHub sends.
func (l *lab) record(ctx context.Context, pulls int) ([]webhook, error) {
	var hooks []webhook
	recorder := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		hooks = append(hooks, webhook{r.Header.Clone(), body}) // deliveries come one after another
	}))
	defer recorder.Close()
	l.sim.SetHook(recorder.URL)
	for n := 1; n <= pulls; n++ {
		for _, line := range []string{"check %d build pending", "check %d build success", "review %d bob approved", "label %d +ready"} {
			if err := l.sim.Exec(fmt.Sprintf(line, n)); err != nil {
				return nil, err
			}
		}
	}
	l.sim.Deliver(ctx)
	if len(hooks) == 0 {
		return nil, errors.New("the simulated GitHub sent no webhook")
	}
	return hooks, nil
}

// sent is what became of many deliveries.
type sent struct {
	whole time.Duration
	took  []time.Duration // each of them
}

// rate is how many a second.
func (s sent) rate() float64 { return float64(len(s.took)) / s.whole.Seconds() }

// deluge sends n deliveries, all different, as fast as they are taken. Their ids begin with name.
func deluge(ctx context.Context, url string, hooks []webhook, name string, n, clients int) (sent, error) {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients}}
	defer client.CloseIdleConnections()
	took := make([]time.Duration, n)
	var next atomic.Int64
	var wait sync.WaitGroup
	failed := make(chan error, clients)
	began := time.Now()
	for range clients {
		wait.Go(func() {
			for i := next.Add(1) - 1; i < int64(n); i = next.Add(1) - 1 {
				at := time.Now()
				if err := hooks[i%int64(len(hooks))].send(ctx, client, url, fmt.Sprintf("%s-%d", name, i)); err != nil {
					failed <- err
					return
				}
				took[i] = time.Since(at)
			}
		})
	}
	wait.Wait()
	select {
	case err := <-failed:
		return sent{}, err
	default:
	}
	return sent{time.Since(began), took}, nil
}

// send sends the webhook again, as a delivery of its own.
func (h webhook) send(ctx context.Context, client *http.Client, url, delivery string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(h.body))
	if err != nil {
		return err
	}
	req.Header = h.header.Clone()
	req.Header.Set("X-GitHub-Delivery", delivery)
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close() //nolint:errcheck // read to its end
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return err
	}
	if resp.StatusCode != http.StatusAccepted {
		return fmt.Errorf("delivery answered %s", resp.Status)
	}
	return nil
}

// signedWith says whether the body of a request has the signature in its header.
func signedWith(secret, body []byte, r *http.Request) bool {
	mac := hmac.New(sha256.New, secret)
	mac.Write(body)
	return hmac.Equal([]byte("sha256="+hex.EncodeToString(mac.Sum(nil))), []byte(r.Header.Get("X-Hub-Signature-256")))
}
