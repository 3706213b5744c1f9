package server

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"time"

	"github.com/rs/zerolog"
)

// Part is one address and what answers there.
type Part struct {
	Name    string
	Addr    string // as for net.Listen; port 0 is any that is free, see Edge.Addr
	Handler http.Handler
	// Streams are answers that never end by themselves, such as server-sent events: they are not cut off for their
	// length, and their request's context ends when the drain begins.
	Streams bool
	// Last answers until everything else is over: health, metrics.
	Last bool
}

// Edge runs the HTTP servers of the program, each on its own address, so that what faces the internet is the hook alone.
type Edge struct {
	Parts  []Part
	Health *Health // told when the drain begins; nil: nobody is
	// Finish ends what the program has in hand, after the last delivery was answered; nil: nothing.
	Finish func(context.Context)
	// DrainWithin is the longest that a drain takes; 0: 25 s, since supervisors kill after 30.
	DrainWithin time.Duration
	Logger      zerolog.Logger

	listeners []net.Listener
}

const defaultDrain = 25 * time.Second

// Limits of a connection. GitHub sends at once and waits for 10 s; a body of 25 MB may come over a slow line.
const (
	headerWithin = 5 * time.Second
	readWithin   = 30 * time.Second
	writeWithin  = 60 * time.Second // from the end of the header, so it has reading in it
	idleWithin   = 2 * time.Minute
	maxHeaders   = 64 << 10
)

// Listen opens all addresses, or none. Serve does it if it has not been done.
func (e *Edge) Listen(ctx context.Context) error {
	for _, part := range e.Parts {
		l, err := new(net.ListenConfig).Listen(ctx, "tcp", part.Addr)
		if err != nil {
			e.close()
			return fmt.Errorf("listen for %s on %s: %w", part.Name, part.Addr, err)
		}
		e.listeners = append(e.listeners, l)
	}
	return nil
}

func (e *Edge) close() {
	for _, l := range e.listeners {
		l.Close()
	}
	e.listeners = nil
}

// Addr is where the named part listens, with its port; empty before Listen.
func (e *Edge) Addr(name string) string {
	for i, part := range e.Parts {
		if part.Name == name && i < len(e.listeners) {
			return e.listeners[i].Addr().String()
		}
	}
	return ""
}

// Serve answers until ctx ends, then drains: not ready, no new deliveries, those in hand answered, Finish, and at last the
// parts that are Last. It returns nil after a drain that came to its end in time.
func (e *Edge) Serve(ctx context.Context) error {
	if e.listeners == nil {
		if err := e.Listen(ctx); err != nil {
			return err
		}
	}
	streams, endStreams := context.WithCancel(context.WithoutCancel(ctx))
	defer endStreams()
	failed := make(chan error, len(e.Parts))
	servers := make([]*http.Server, len(e.Parts))
	for i, part := range e.Parts {
		servers[i] = e.server(part, streams)
		go func() {
			if err := servers[i].Serve(e.listeners[i]); !errors.Is(err, http.ErrServerClosed) {
				failed <- fmt.Errorf("serve %s: %w", part.Name, err)
			}
		}()
	}
	var err error
	select {
	case <-ctx.Done():
	case err = <-failed:
	}
	if e.Health != nil {
		e.Health.Drain()
	}
	endStreams()
	return errors.Join(err, e.drain(ctx, servers))
}

func (e *Edge) server(part Part, streams context.Context) *http.Server {
	s := &http.Server{
		Handler: part.Handler, ReadHeaderTimeout: headerWithin, ReadTimeout: readWithin, WriteTimeout: writeWithin,
		IdleTimeout: idleWithin, MaxHeaderBytes: maxHeaders,
		ErrorLog: log.New(e.Logger.With().Str("part", part.Name).Logger(), "", 0),
	}
	if part.Streams {
		s.WriteTimeout = 0
		s.BaseContext = func(net.Listener) context.Context { return streams }
	}
	return s
}

func (e *Edge) drain(ctx context.Context, servers []*http.Server) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cmp.Or(e.DrainWithin, defaultDrain))
	defer cancel()
	errs := e.shutdown(ctx, servers, false)
	if e.Finish != nil {
		e.Finish(ctx)
	}
	return errors.Join(append(errs, e.shutdown(ctx, servers, true)...)...)
}

// shutdown ends the servers whose part is Last or is not, side by side.
func (e *Edge) shutdown(ctx context.Context, servers []*http.Server, last bool) []error {
	done := make(chan error)
	n := 0
	for i, part := range e.Parts {
		if part.Last != last {
			continue
		}
		n++
		go func() {
			err := servers[i].Shutdown(ctx)
			if err != nil {
				servers[i].Close()
				err = fmt.Errorf("drain %s: %w", part.Name, err)
			}
			done <- err
		}()
	}
	var errs []error
	for range n {
		errs = append(errs, <-done)
	}
	return errs
}
