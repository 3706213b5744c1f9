package server

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"net/http"
)

// readStep is by how much a body grows at first, in bytes, unless it is announced to be smaller; it doubles up to maxStep.
const (
	readStep = 64 << 10
	maxStep  = 1 << 20
)

// besideBody is about what a delivery takes beside its body, in bytes: its connection, and what is read from it until it is
// appended. So there is a most for those in hand, however small they are.
const besideBody = 16 << 10

// body reads the body, and says how many bytes of the budget it holds, to be given back by the caller whatever else is
// returned. The budget is taken as bytes arrive: to announce much and send nothing takes little.
func (h *Hook) body(w http.ResponseWriter, r *http.Request) (payload []byte, held int64, no *refusal) {
	from := http.MaxBytesReader(w, r.Body, h.maxBody())
	var buf bytes.Buffer
	step := int64(readStep)
	if r.ContentLength >= 0 { // with room to find out that it ends there
		step = min(r.ContentLength+1, step)
		buf.Grow(int(step) + bytes.MinRead)
	}
	if !h.hold(besideBody) {
		return nil, 0, tooMuch()
	}
	for held = besideBody; ; step = min(2*step, maxStep) {
		if !h.hold(step) {
			return nil, held, tooMuch()
		}
		held += step
		n, err := io.CopyN(&buf, from, step)
		switch {
		case errors.As(err, new(*http.MaxBytesError)):
			return nil, held, tooLarge(h.maxBody())
		case errors.Is(err, io.EOF):
			return buf.Bytes(), held, nil
		case err != nil:
			return nil, held, &refusal{status: http.StatusBadRequest, why: "the body ended early", err: err}
		case n < step:
			return buf.Bytes(), held, nil
		}
	}
}

// hold takes n bytes of the budget, unless there are fewer.
func (h *Hook) hold(n int64) bool {
	if h.inHand.Add(n) <= cmp.Or(h.MaxBytes, defaultMaxBytes) {
		return true
	}
	h.inHand.Add(-n)
	return false
}

func tooMuch() *refusal {
	return &refusal{status: http.StatusServiceUnavailable, why: "too much in hand"}
}

func (h *Hook) maxBody() int64 { return cmp.Or(h.MaxBody, defaultMaxBody) }
