package ghsim

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
)

// Direct carries requests to a handler in the same process, without a connection: faster, with nothing to clean up, and everything
// happens before the answer is there. What can go wrong on a connection goes wrong here too: a handler that aborts is a connection
// that ends (io.EOF), an answer shorter than it says is cut off (io.ErrUnexpectedEOF), and pieces arrive one by one. Unlike
// http.Transport it never sends a request a second time by itself.
func Direct(h http.Handler) http.RoundTripper { return direct{h} }

type direct struct{ handler http.Handler }

// Client reaches the Sim without a network, and nothing but the Sim.
func (s *Sim) Client() *http.Client {
	next := Direct(s.Handler())
	return &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		if base := s.address(); r.URL.Scheme+"://"+r.URL.Host != base {
			return nil, fmt.Errorf("%s is not %s, and this client reaches nothing else", r.URL.Host, base)
		}
		return next.RoundTrip(r)
	})}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// RoundTrip has the handler answer a request.
func (d direct) RoundTrip(r *http.Request) (*http.Response, error) {
	body := r.Body
	if body == nil {
		body = http.NoBody
	}
	defer body.Close() //nolint:errcheck // read as far as the handler wanted
	ctx := r.Context()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	in := r.Clone(ctx)
	in.Body, in.RequestURI, in.RemoteAddr = body, r.URL.RequestURI(), "127.0.0.1:0"
	in.Proto, in.ProtoMajor, in.ProtoMinor = "HTTP/1.1", 1, 1
	if in.Host == "" {
		in.Host = r.URL.Host
	}
	if in.Header.Get("User-Agent") == "" {
		in.Header.Set("User-Agent", "Go-http-client/1.1")
	}
	w := &directWriter{head: http.Header{}}
	aborted := w.serve(d.handler, in)
	if err := ctx.Err(); err != nil { // whoever asked has stopped waiting, whatever was done
		return nil, err
	}
	if aborted && w.status == 0 {
		return nil, io.EOF
	}
	return w.response(r, aborted), nil
}

// directWriter keeps an answer in the pieces that it was flushed in.
type directWriter struct {
	head   http.Header
	sent   http.Header // as it was when the status was written
	status int
	pieces [][]byte
	open   bool // the last piece was not flushed yet
	size   int
}

func (w *directWriter) Header() http.Header { return w.head }

func (w *directWriter) WriteHeader(status int) {
	if w.status == 0 {
		w.status, w.sent = status, w.head.Clone()
	}
}

func (w *directWriter) Write(b []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	if !w.open {
		w.pieces, w.open = append(w.pieces, nil), true
	}
	last := len(w.pieces) - 1
	w.pieces[last] = append(w.pieces[last], b...)
	w.size += len(b)
	return len(b), nil
}

// Flush ends a piece.
func (w *directWriter) Flush() {
	w.WriteHeader(http.StatusOK)
	w.open = false
}

// serve runs the handler, and says whether it aborted.
func (w *directWriter) serve(h http.Handler, r *http.Request) (aborted bool) {
	defer func() {
		if p := recover(); p != nil {
			if err, ok := p.(error); !ok || !errors.Is(err, http.ErrAbortHandler) {
				panic(p)
			}
			aborted = true
		}
	}()
	h.ServeHTTP(w, r)
	w.WriteHeader(http.StatusOK)
	return false
}

// unannounced is how long an answer may be for a server to say its length by itself: longer ones end where they end.
const unannounced = 2048

// response is the answer as a client of a server sees it.
func (w *directWriter) response(r *http.Request, aborted bool) *http.Response {
	length := int64(w.size)
	if w.size > unannounced || len(w.pieces) > 1 {
		length = -1
	}
	if n, err := strconv.ParseInt(w.sent.Get("Content-Length"), 10, 64); err == nil {
		length = n
	}
	if w.size > 0 && w.sent.Get("Content-Type") == "" {
		w.sent.Set("Content-Type", http.DetectContentType(bytes.Join(w.pieces, nil)))
	}
	res := &http.Response{
		Status: strconv.Itoa(w.status) + " " + http.StatusText(w.status), StatusCode: w.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: w.sent, ContentLength: length, Request: r,
	}
	if r.Method == http.MethodHead || w.status == http.StatusNoContent || w.status == http.StatusNotModified {
		res.ContentLength, res.Body = 0, http.NoBody
		return res
	}
	res.Body = &directBody{pieces: w.pieces, cut: aborted || length > int64(w.size)}
	return res
}

// directBody reads an answer piece by piece.
type directBody struct {
	pieces [][]byte
	cut    bool // it ends before its end
}

func (b *directBody) Read(p []byte) (int, error) {
	if len(b.pieces) == 0 {
		if b.cut {
			return 0, io.ErrUnexpectedEOF
		}
		return 0, io.EOF
	}
	n := copy(p, b.pieces[0])
	if b.pieces[0] = b.pieces[0][n:]; len(b.pieces[0]) == 0 {
		b.pieces = b.pieces[1:]
	}
	return n, nil
}

func (b *directBody) Close() error {
	b.pieces = nil
	return nil
}
