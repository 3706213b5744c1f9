package server

import (
	"context"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"regexp"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"github.com/pitcrew-app/pitcrew/handlers"
	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/rules"
)

// Appender is the log, as far as the hook needs it.
type Appender interface {
	Append(context.Context, eventlog.Append) (eventlog.Appended, error)
}

// Hook receives GitHub's webhooks: POST /hooks/github. It answers 202 when the delivery is on disk, and never before: for
// whatever else GitHub redelivers only what we ask for again
// (https://docs.github.com/en/webhooks/using-webhooks/best-practices-for-using-webhooks).
//
// The order of what it checks costs a stranger more than us: the form of the request, then its size while it is read,
// then the signature over the raw bytes; only then is anything looked at. A delivery that is already in the log is
// answered like a new one.
type Hook struct {
	Secrets [][]byte // the current one, then the previous; see CheckSecret
	Log     Appender
	// Read says what a delivery means, as handlers.GitHub.Read. handlers.ErrUnreadable is appended like the rest.
	Read   func(ctx context.Context, event, delivery string, received time.Time, payload []byte) (eventlog.Append, error)
	Now    func() time.Time
	Logger zerolog.Logger

	MaxBody  int64 // bytes of one delivery; 0: 25 MB, which is GitHub's own cap
	MaxBytes int64 // bytes of all deliveries in hand; 0: 256 MB

	inHand  atomic.Int64
	refused atomic.Bool // something was answered 503, and nothing was appended since
}

const (
	defaultMaxBody  = 25 << 20
	defaultMaxBytes = 256 << 20

	// answerWithin keeps the append inside the 10 s that GitHub waits.
	answerWithin = 9 * time.Second
	// retryAfter is in seconds. GitHub does not obey it; proxies and our own tools do.
	retryAfter = "10"
	// askAgain is how long after something was refused the App is looked at, which asks GitHub to send it again. Where the
	// log can be written now and then, that is not done more often than this.
	askAgain = 30 * time.Second
)

// keptHeaders are stored with the delivery; nothing else of the header is, for it may carry secrets: GitHub itself once
// sent the webhook's own, in X-Github-Encoded-Secret.
var keptHeaders = []string{
	"Content-Type", "User-Agent", "X-GitHub-Event", "X-GitHub-Delivery", "X-GitHub-Hook-ID",
	"X-GitHub-Hook-Installation-Target-ID", "X-GitHub-Hook-Installation-Target-Type",
	"X-GitHub-Enterprise-Host", "X-GitHub-Enterprise-Version",
}

// maxHeader is how many bytes of a header are stored.
const maxHeader = 256

// Neither header is signed, and both are stored: they must have the form that GitHub gives them.
var (
	isEvent    = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)
	isDelivery = regexp.MustCompile(`^[0-9A-Za-z-]{1,64}$`)
)

// errSignature is what an operator must see: a secret that differs loses every delivery.
var errSignature = errors.New("signature mismatch")

// refusal is an answer that is not 2xx. Why is for whoever set up the webhook; err for us.
type refusal struct {
	status int
	why    string
	err    error
}

func (h *Hook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if no := h.form(r); no != nil {
		h.refuse(w, r, no)
		return
	}
	payload, held, no := h.body(w, r)
	defer func() { h.inHand.Add(-held) }()
	if no == nil {
		no = h.receive(r, payload)
	}
	if no != nil {
		h.refuse(w, r, no)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(http.StatusAccepted)
	fmt.Fprintln(w, "accepted")
}

// form checks what can be told without the body.
func (h *Hook) form(r *http.Request) *refusal {
	if r.Method != http.MethodPost {
		return &refusal{status: http.StatusMethodNotAllowed, why: "webhooks are sent by POST"}
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		return &refusal{status: http.StatusUnsupportedMediaType, why: "choose application/json as the webhook's content type"}
	}
	if r.ContentLength > h.maxBody() {
		return tooLarge(h.maxBody())
	}
	if signatureOf(r) == nil {
		return &refusal{status: http.StatusUnauthorized, why: "X-Hub-Signature-256 is missing or malformed; SHA-1 is not accepted"}
	}
	return nil
}

// receive takes a body to the log.
func (h *Hook) receive(r *http.Request, payload []byte) *refusal {
	if !signed(payload, signatureOf(r), h.Secrets) {
		return &refusal{status: http.StatusUnauthorized, why: "the signature does not match the webhook secret", err: errSignature}
	}
	event, delivery := r.Header.Get("X-GitHub-Event"), r.Header.Get("X-GitHub-Delivery")
	if !isEvent.MatchString(event) || !isDelivery.MatchString(delivery) {
		return &refusal{status: http.StatusBadRequest, why: "X-GitHub-Event or X-GitHub-Delivery is missing or malformed"}
	}
	// A sender that hangs up does not take back what it sent.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), answerWithin)
	defer cancel()
	log := h.Logger.With().Str("delivery", delivery).Str("event", event).Logger()
	a, err := h.Read(ctx, event, delivery, h.Now().UTC(), payload)
	if errors.Is(err, handlers.ErrUnreadable) {
		log.Warn().Err(err).Msg("kept a delivery that nobody can read")
	} else if err != nil {
		return unavailable(err)
	}
	a.Headers = headers(r)
	missed := h.refused.Swap(false)
	if missed {
		a.Marks = append(a.Marks, eventlog.Mark{Subject: rules.InstallationSubject(0), At: h.Now().Add(askAgain)})
	}
	appended, err := h.Log.Append(ctx, a)
	if missed && appended.Duplicate {
		h.refused.Store(true) // a duplicate marks nothing
	}
	if err != nil {
		return unavailable(err)
	}
	log.Debug().Bool("duplicate", appended.Duplicate).Int64("seq", appended.Last).Msg("delivery appended")
	return nil
}

func (h *Hook) refuse(w http.ResponseWriter, r *http.Request, no *refusal) {
	level := zerolog.DebugLevel // strangers knock
	if no.err != nil || no.status == http.StatusServiceUnavailable {
		level = zerolog.WarnLevel
	}
	log := h.Logger.WithLevel(level).Err(no.err).Int("status", no.status)
	if delivery := r.Header.Get("X-GitHub-Delivery"); isDelivery.MatchString(delivery) {
		log = log.Str("delivery", delivery)
	}
	log.Msg("delivery refused: " + no.why)
	switch no.status {
	case http.StatusMethodNotAllowed:
		w.Header().Set("Allow", http.MethodPost)
	case http.StatusServiceUnavailable:
		h.refused.Store(true)
		w.Header().Set("Retry-After", retryAfter)
	}
	w.Header().Set("Connection", "close") // what is left of the body is not read
	http.Error(w, no.why, no.status)
}

func headers(r *http.Request) map[string]string {
	kept := map[string]string{}
	for _, name := range keptHeaders {
		if value := r.Header.Get(name); value != "" {
			kept[name] = value[:min(len(value), maxHeader)]
		}
	}
	return kept
}

func unavailable(err error) *refusal {
	return &refusal{status: http.StatusServiceUnavailable, why: "the log cannot be written now", err: err}
}

func tooLarge(limit int64) *refusal {
	return &refusal{status: http.StatusRequestEntityTooLarge, why: fmt.Sprintf("more than %d bytes", limit)}
}
