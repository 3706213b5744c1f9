package kill

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"time"
)

// hook is a webhook as GitHub sent it. Those with the same kind mean the same events.
type hook struct {
	kind   int
	header http.Header
	body   []byte
}

// recorded are webhooks about quiet/noise, which clients send again as deliveries of their own.
type recorded struct {
	mu   sync.Mutex
	list []hook
}

// keep takes note of a webhook that is about quiet/noise.
func (k *recorded) keep(r *http.Request) {
	body, err := r.GetBody()
	if err != nil {
		return
	}
	raw, _ := io.ReadAll(body) // it reads from memory
	if !bytes.Contains(raw, []byte(`"full_name":"quiet/noise"`)) || r.Header.Get("X-GitHub-Event") == "pull_request" {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.list = append(k.list, hook{len(k.list), r.Header.Clone(), raw})
}

func (k *recorded) all() []hook {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.list
}

// acks is the account of what clients were answered, by delivery.
type acks struct {
	mu       sync.Mutex
	accepted map[string]hook
	refused  map[string]hook // answered 503, or not at all
}

func (a *acks) add(delivery string, k hook, ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if ok {
		a.accepted[delivery] = k
		delete(a.refused, delivery)
	} else if _, yes := a.accepted[delivery]; !yes {
		a.refused[delivery] = k
	}
}

// noise makes quiet/noise loud enough to record.
var noise = []string{"review quiet/noise#1 bob commented", "check quiet/noise#1 lint success", `comment quiet/noise#1 cat "again"`, "label quiet/noise#1 +big"}

// record lets things happen in quiet/noise, and waits until their webhooks were sent.
func (h *hub) record() {
	h.t.Helper()
	for _, line := range noise {
		h.do(line)
	}
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for len(h.hooks.all()) < len(noise)-1 {
		<-tick.C
	}
}

// clients is how many deliver side by side, and pause how long each rests between two deliveries.
const (
	clients = 8
	pause   = 25 * time.Millisecond
)

// deliver lets clients deliver to whoever listens until ctx ends; one in ten deliveries is made twice at once.
func (h *hub) deliver(ctx context.Context) {
	hooks := h.hooks.all()
	for c := range clients {
		n := 0
		h.every(ctx, pause, func() {
			n++
			id, k := fmt.Sprintf("client-%d-%d", c, n), hooks[n%len(hooks)]
			if n%10 == 0 {
				var twice sync.WaitGroup
				twice.Go(func() { h.post(ctx, k, id) })
				defer twice.Wait()
			}
			h.post(ctx, k, id)
		})
	}
}

// work lets clients deliver, and people do something now and then, until ctx ends.
func (h *hub) work(ctx context.Context, rng *rand.Rand) *life {
	h.deliver(ctx)
	people := newLife(rng)
	h.every(ctx, 1200*time.Millisecond, func() { h.do(people.next()) })
	return people
}

// post makes one delivery, takes note of what became of it, and says how it was answered; 0: it was not.
func (h *hub) post(ctx context.Context, k hook, id string) (status int) {
	defer func() { h.acks.add(id, k, status == http.StatusAccepted) }()
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second) // as long as GitHub waits
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://pitcrew.test/hooks/github", bytes.NewReader(k.body))
	if err != nil {
		h.t.Error(err)
		return 0
	}
	req.Header = k.header.Clone()
	req.Header.Set("X-GitHub-Delivery", id)
	res, err := h.carry(req)
	if err != nil {
		return 0
	}
	defer res.Body.Close() //nolint:errcheck // read to its end, or lost
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return 0
	}
	if res.StatusCode == http.StatusServiceUnavailable && !strings.Contains(string(text), "cannot be written now") {
		h.t.Errorf("a refusal without a reason: %q", text)
	}
	return res.StatusCode
}
