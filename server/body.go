package server

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"net/http"
)

// readStep is by how much a body grows at first, in bytes; it doubles up to maxStep.
const (
	readStep = 64 << 10
	maxStep  = 1 << 20
)

// body reads the body, and says how many bytes of the budget it holds, to be given back by the caller whatever else is
// returned. The budget is taken as bytes arrive: to announce much and send nothing takes none.
func (h *Hook) body(w http.ResponseWriter, r *http.Request) (payload []byte, held int64, no *refusal) {
	from := http.MaxBytesReader(w, r.Body, h.maxBody())
	var buf bytes.Buffer
	if r.ContentLength > 0 { // with room to find out that it ends there
		buf.Grow(int(min(r.ContentLength, readStep)) + bytes.MinRead)
	}
	for step := int64(readStep); ; step = min(2*step, maxStep) {
		if h.inHand.Add(step) > cmp.Or(h.MaxBytes, defaultMaxBytes) {
			h.inHand.Add(-step)
			return nil, held, &refusal{status: http.StatusServiceUnavailable, why: "too much in hand"}
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

func (h *Hook) maxBody() int64 { return cmp.Or(h.MaxBody, defaultMaxBody) }
