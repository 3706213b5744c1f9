package ghsim

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Door is one address for every client: the same port answers HTTP, HTTPS (by the first byte of a connection), and CONNECT as
// a proxy does, ending TLS for whatever host the client believes to reach. Serve it with its Handler:
//
//	door, err := sim.Open(listener)
//	server := http.Server{Handler: door.Handler()}
//	server.Serve(door)
//
// Addresses in answers start with the one that the client used, as they do behind any proxy.
type Door struct {
	net.Listener
	s     *Sim
	ca    *authority
	conns chan net.Conn
	stop  chan struct{}
	once  sync.Once
	err   error // why Accept ended; set before stop is closed
}

// helloTimeout is how long a connection may stay silent before its first byte says what it speaks.
const helloTimeout = 30 * time.Second

// Open makes a door of a listener, with a certificate authority of its own. Closing the door closes the listener.
func (s *Sim) Open(l net.Listener) (*Door, error) {
	ca, err := newAuthority(s.now())
	if err != nil {
		return nil, err
	}
	d := &Door{Listener: l, s: s, ca: ca, conns: make(chan net.Conn), stop: make(chan struct{})}
	go d.accept()
	return d, nil
}

// CA is the certificate of the authority, PEM.
func (d *Door) CA() []byte { return d.ca.PEM() }

// Close ends Accept and closes the listener.
func (d *Door) Close() error {
	d.end(net.ErrClosed)
	return d.Listener.Close()
}

func (d *Door) end(err error) {
	d.once.Do(func() {
		d.err = err
		close(d.stop)
	})
}

// Accept returns the next connection, with TLS where the client speaks it.
func (d *Door) Accept() (net.Conn, error) {
	select {
	case c := <-d.conns:
		return c, nil
	case <-d.stop:
		return nil, d.err
	}
}

func (d *Door) accept() {
	for {
		c, err := d.Listener.Accept()
		if err != nil {
			d.end(err)
			return
		}
		go d.take(c, addressOf(c))
	}
}

func addressOf(c net.Conn) string {
	host, _, err := net.SplitHostPort(c.LocalAddr().String())
	if err != nil {
		return "localhost"
	}
	return host
}

// take looks at the first byte of a connection: 22 opens a TLS handshake, and no HTTP request starts with it.
// https://www.rfc-editor.org/rfc/rfc8446#section-5.1
func (d *Door) take(c net.Conn, reached string) {
	p := &peeked{Conn: c, r: bufio.NewReader(c)}
	first, err := p.peek()
	if err != nil {
		c.Close() //nolint:errcheck // it said nothing
		return
	}
	c = p
	if first == 22 {
		c = tls.Server(p, d.ca.config(reached))
	}
	select {
	case d.conns <- c:
	case <-d.stop:
		c.Close() //nolint:errcheck // nobody is there any more
	}
}

// peeked is a connection of which some bytes were read ahead.
type peeked struct {
	net.Conn
	r *bufio.Reader
}

func (p *peeked) Read(b []byte) (int, error) { return p.r.Read(b) }

func (p *peeked) peek() (byte, error) {
	if err := p.SetReadDeadline(time.Now().Add(helloTimeout)); err != nil {
		return 0, err
	}
	b, err := p.r.Peek(1)
	if err != nil {
		return 0, err
	}
	return b[0], p.SetReadDeadline(time.Time{})
}

// Handler serves the Sim to every client that comes through the door.
func (d *Door) Handler() http.Handler {
	inner := d.s.Handler()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodConnect {
			d.connect(w, r)
			return
		}
		own := d.s.address()
		if used := usedAddress(r); used != own {
			w = &renamer{ResponseWriter: w, from: own, to: used}
		}
		inner.ServeHTTP(w, r)
	})
}

func (s *Sim) address() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.base
}

// usedAddress is the address that the client used, as links start with it.
func usedAddress(r *http.Request) string {
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// connect answers a client that takes us for its proxy; from then on we are the host that it asked for.
// https://www.rfc-editor.org/rfc/rfc9110#name-connect
func (d *Door) connect(w http.ResponseWriter, r *http.Request) {
	host, _, err := net.SplitHostPort(r.Host)
	if err != nil {
		http.Error(w, fmt.Sprintf("CONNECT %s: %v", r.Host, err), http.StatusBadRequest)
		return
	}
	c, buffer, err := http.NewResponseController(w).Hijack()
	if err != nil {
		http.Error(w, "CONNECT: "+err.Error(), http.StatusInternalServerError)
		return
	}
	_, err = c.Write([]byte("HTTP/1.1 200 Connection established\r\n\r\n"))
	if err = errors.Join(err, c.SetDeadline(time.Time{})); err != nil {
		c.Close() //nolint:errcheck // it has gone
		return
	}
	go d.take(&peeked{Conn: c, r: buffer.Reader}, host)
}

// renamer replaces the Sim's own address at the start of links by the one that the client used.
type renamer struct {
	http.ResponseWriter
	from, to string
	started  bool
	json     bool
}

func (w *renamer) WriteHeader(status int) {
	w.started = true
	h := w.Header()
	for _, k := range []string{"Link", "Location"} {
		if v := h.Get(k); v != "" {
			h.Set(k, strings.ReplaceAll(v, w.from, w.to))
		}
	}
	w.json = strings.Contains(h.Get("Content-Type"), "json")
	w.ResponseWriter.WriteHeader(status)
}

func (w *renamer) Write(b []byte) (int, error) {
	if !w.started {
		w.WriteHeader(http.StatusOK)
	}
	if !w.json {
		return w.ResponseWriter.Write(b)
	}
	if _, err := w.ResponseWriter.Write(bytes.ReplaceAll(b, []byte(w.from+"/"), []byte(w.to+"/"))); err != nil {
		return 0, err
	}
	return len(b), nil
}
