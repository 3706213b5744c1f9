package ghsim

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"net/http"
	"sync"
	"time"
)

// hooks are the webhooks of our App: a queue of what is to be sent, and the log of what was.
type hooks struct {
	url    string
	queue  []*delivery
	log    []*delivery // newest last
	seq    int
	lose   int
	double int
	swap   int // 2: the next is held back; 1: it goes after the next
	held   *delivery
	late   time.Duration
	huge   int // the next are larger than GitHub sends
}

// delivery is one attempt to send one webhook. Redeliveries have the same guid and an id of their own.
type delivery struct {
	id         int64
	guid       string
	event      string
	action     string
	payload    []byte
	inst       int64
	repo       int64
	due        time.Time
	seq        int
	sent       time.Time
	took       time.Duration
	status     string // OK, or what went wrong
	code       int
	redelivery bool
	throttled  time.Time // zero: it was not held back
	forged     bool      // not GitHub's: signed with another secret
	response   string
}

// hookTimeout is how long GitHub waits for an answer.
// https://docs.github.com/webhooks/using-webhooks/best-practices-for-using-webhooks
const hookTimeout = 10 * time.Second

// SetHook says where the App's webhooks go; "" sends none.
func (s *Sim) SetHook(url string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hooks.url = url
}

// emit queues a webhook for each installation of an App that has the repository.
func (s *Sim) emit(event, action string, r *repo, sender *account, fields object) {
	for _, i := range s.w.installs {
		if s.hears(i.app) && i.covers(r) && i.suspended.IsZero() && contains(i.app.events, event) {
			body := object{"repository": s.hookRepo(event, r), "sender": s.user(sender), "installation": object{"id": i.id, "node_id": globalID("IN", i.id)}}
			if r.owner.kind == "Organization" {
				body["organization"] = s.orgJSON(r.owner)
			}
			if action != "" {
				body["action"] = action
			}
			for k, v := range fields {
				body[k] = v
			}
			s.queueHook(event, action, body, i.id, r.id)
		}
	}
}

// hookRepo is the repository in a webhook; pushes have their own form of times.
func (s *Sim) hookRepo(event string, r *repo) object {
	o := s.repoJSON(r)
	if event == "push" {
		o["created_at"], o["pushed_at"] = r.created.Unix(), r.pushed.Unix()
		o["stargazers"], o["master_branch"] = 0, r.defaultBranch
		if r.owner.kind == "Organization" {
			o["organization"] = r.owner.login
		}
	}
	return o
}

func (s *Sim) queueHook(event, action string, body object, inst, repo int64) {
	payload, err := json.Marshal(body)
	if err != nil {
		s.internal(fmt.Errorf("encode webhook %s: %w", event, err))
		return
	}
	if len(payload) > maxPayload || s.hooks.huge > 0 {
		s.hooks.huge = max(0, s.hooks.huge-1)
		return
	}
	if judge := s.opts.HookReferee; judge != nil {
		if err := judge(event, payload); err != nil {
			s.errs = append(s.errs, err)
		}
	}
	s.send(&delivery{guid: s.guid(), event: event, action: action, payload: payload, inst: inst, repo: repo})
}

// maxPayload is the size above which an event is not sent at all, nor listed.
// https://docs.github.com/webhooks/webhook-events-and-payloads#payload-cap
const maxPayload = 25 << 20

// keepDeliveries is how long deliveries are listed and may be asked for again.
// https://docs.github.com/webhooks/testing-and-troubleshooting-webhooks/redelivering-webhooks
const keepDeliveries = 72 * time.Hour

// kept are the deliveries that GitHub still knows of, oldest first.
func (s *Sim) kept() []*delivery {
	var list []*delivery
	for _, d := range s.hooks.log {
		if s.now().Sub(d.sent) < keepDeliveries && d.status != "no address" {
			list = append(list, d)
		}
	}
	return list
}

// send puts a delivery into the queue, or does to it what a fault says.
func (s *Sim) send(d *delivery) {
	h := &s.hooks
	h.seq++
	d.id, d.seq, d.due = s.id(), h.seq, s.now().Add(h.late)
	if h.late > 0 {
		d.throttled = s.now()
	}
	switch {
	case s.hookURL(s.appOf(d)) == "":
		d.status = "no address"
		h.log = append(h.log, d)
		return
	case h.lose > 0:
		h.lose--
		d.status, d.sent = "timed out", s.now()
		h.log = append(h.log, d)
		return
	case h.swap == 2:
		h.swap, h.held = 1, d
		s.after(swapWait, s.release)
		return
	}
	h.queue = append(h.queue, d)
	if h.double > 0 {
		h.double--
		again := *d
		h.seq++
		again.seq = h.seq
		h.queue = append(h.queue, &again)
	}
	if h.swap == 1 {
		held := h.held
		h.seq++
		held.seq, held.due, h.swap, h.held = h.seq, d.due, 0, nil
		h.queue = append(h.queue, held)
	}
	s.poke()
}

// swapWait is how long a webhook that shall change places waits for another one.
const swapWait = 10 * time.Second

// release sends a webhook that was held back and that nothing has overtaken.
func (s *Sim) release() {
	if h := &s.hooks; h.held != nil {
		h.queue = append(h.queue, h.held)
		h.swap, h.held = 0, nil
	}
}

// guid makes the id of a delivery.
func (s *Sim) guid() string {
	b := make([]byte, 16)
	for i := range b {
		b[i] = byte(s.rng.Uint32())
	}
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	x := hex.EncodeToString(b)
	return x[:8] + "-" + x[8:12] + "-" + x[12:16] + "-" + x[16:20] + "-" + x[20:]
}

// Deliver sends all webhooks that are due, one after another and in order, and says how many it sent. What fails is recorded and
// never sent again unasked: GitHub does not either.
func (s *Sim) Deliver(ctx context.Context) (n int) {
	for ctx.Err() == nil {
		d := s.takeDelivery()
		if d == nil {
			return n
		}
		s.post(ctx, d)
		n++
	}
	return n
}

// takeDelivery takes the first delivery that is due from the queue.
func (s *Sim) takeDelivery() *delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	best := -1
	for i, d := range s.hooks.queue {
		if d.due.After(s.now()) {
			continue
		}
		if best < 0 || d.due.Before(s.hooks.queue[best].due) || d.due.Equal(s.hooks.queue[best].due) && d.seq < s.hooks.queue[best].seq {
			best = i
		}
	}
	if best < 0 {
		return nil
	}
	d := s.hooks.queue[best]
	s.hooks.queue = append(s.hooks.queue[:best], s.hooks.queue[best+1:]...)
	d.sent = s.now()
	if !d.forged {
		s.hooks.log = append(s.hooks.log, d)
	}
	return d
}

// post sends one webhook, without the lock: the receiver may ask us back.
func (s *Sim) post(ctx context.Context, d *delivery) {
	ctx, cancel := context.WithTimeout(ctx, hookTimeout)
	defer cancel()
	s.mu.Lock()
	url, app := s.hookURL(s.appOf(d)), s.appOf(d)
	s.mu.Unlock()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(d.payload))
	if err != nil {
		s.delivered(d, 0, "invalid address", "")
		return
	}
	for k, v := range hookHeaders(d, app) {
		req.Header.Set(k, v)
	}
	res, err := s.opts.HookClient.Do(req)
	if err != nil {
		word := "failed to connect to host"
		if ctx.Err() != nil {
			word = "timed out"
		}
		s.delivered(d, 0, word, "")
		return
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, 1<<16))
	if err != nil {
		s.delivered(d, 0, "failed to read the answer", "")
		return
	}
	s.delivered(d, res.StatusCode, http.StatusText(res.StatusCode), string(body))
}

func (s *Sim) delivered(d *delivery, code int, status, response string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d.code, d.status, d.response, d.took = code, status, response, s.now().Sub(d.sent)
	if code >= 200 && code < 300 {
		d.status = "OK"
	}
}

// hookHeaders are the headers of a webhook.
// https://docs.github.com/webhooks/webhook-events-and-payloads#delivery-headers
func hookHeaders(d *delivery, a *app) map[string]string {
	h := map[string]string{
		"Content-Type": "application/json", "User-Agent": "GitHub-Hookshot/ghsim", "Accept": "*/*",
		"X-GitHub-Event": d.event, "X-GitHub-Delivery": d.guid, "X-GitHub-Hook-ID": itoa(a.id),
		"X-GitHub-Hook-Installation-Target-Type": "integration", "X-GitHub-Hook-Installation-Target-ID": itoa(a.id),
	}
	secret := a.secret
	if d.forged {
		secret = "guessed"
	}
	if a.secret != "" {
		h["X-Hub-Signature-256"] = "sha256=" + sum(sha256.New, secret, d.payload)
		h["X-Hub-Signature"] = "sha1=" + sum(sha1.New, secret, d.payload)
	}
	return h
}

func sum(algorithm func() hash.Hash, secret string, body []byte) string {
	m := hmac.New(algorithm, []byte(secret))
	m.Write(body)
	return hex.EncodeToString(m.Sum(nil))
}

// Run plays the Sim by the wall clock until ctx ends: it steps, and sends webhooks side by side.
func (s *Sim) Run(ctx context.Context) {
	var posts sync.WaitGroup
	defer posts.Wait()
	for ctx.Err() == nil {
		s.Step(s.opts.Now())
		for d := s.takeDelivery(); d != nil; d = s.takeDelivery() {
			posts.Go(func() { s.post(ctx, d) })
		}
		s.idle(ctx)
	}
}

// idle waits for the next thing to do.
func (s *Sim) idle(ctx context.Context) {
	wait := time.Minute
	if at, ok := s.Next(); ok {
		wait = max(0, at.Sub(s.opts.Now()))
	}
	t := time.NewTimer(wait)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-s.changed:
	case <-t.C:
	}
}
