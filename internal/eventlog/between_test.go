package eventlog_test

import (
	"bytes"
	"net"
	"net/url"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
)

// between stands between the program and its database.
type between struct {
	url    string
	armed  atomic.Bool
	silent sync.Map // connections to the server whose answers are lost
}

func newBetween(t *testing.T, database string) *between {
	t.Helper()
	u, err := url.Parse(database)
	check(t, err)
	q := u.Query()
	server := filepath.Join(q.Get("host"), ".s.PGSQL.5432")
	dir := t.TempDir()
	l, err := net.Listen("unix", filepath.Join(dir, ".s.PGSQL.5432"))
	check(t, err)
	q.Set("host", dir)
	u.RawQuery = q.Encode()
	b := &between{url: u.String()}
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			up, err := net.Dial("unix", server)
			if err != nil {
				client.Close()
				continue
			}
			serving.Go(func() { b.pass(client, up) })
			serving.Go(func() { b.back(client, up) })
		}
	})
	t.Cleanup(func() { l.Close(); serving.Wait() })
	return b
}

// loseCommit loses the server's answer to the next COMMIT, and the connection with it.
func (b *between) loseCommit() { b.armed.Store(true) }

func (b *between) pass(client, server net.Conn) {
	defer server.Close()
	buf := make([]byte, 1<<16)
	for {
		n, err := client.Read(buf)
		if err != nil {
			return
		}
		commit := bytes.Contains(buf[:n], []byte("COMMIT\x00")) && b.armed.CompareAndSwap(true, false)
		if commit {
			b.silent.Store(server, true) // the client hears no more, and is cut off when the server is done
		}
		if _, err := server.Write(buf[:n]); err != nil {
			return
		}
		if commit {
			server.(*net.UnixConn).CloseWrite()
			awaitEnd(server)
			return
		}
	}
}

func (b *between) back(client, server net.Conn) {
	defer client.Close()
	buf := make([]byte, 1<<16)
	for {
		n, err := server.Read(buf)
		if err != nil {
			return
		}
		if _, silent := b.silent.Load(server); silent {
			continue
		}
		if _, err := client.Write(buf[:n]); err != nil {
			awaitEnd(server)
			return
		}
	}
}

// awaitEnd reads until the server has done what it was asked, and closes.
func awaitEnd(server net.Conn) {
	buf := make([]byte, 1<<12)
	for {
		if _, err := server.Read(buf); err != nil {
			return
		}
	}
}
