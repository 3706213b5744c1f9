package eventlog

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/pitcrew-app/pitcrew/internal/corpus"
)

func openRaw(t testing.TB) *DB {
	t.Helper()
	db, err := Open(t.TempDir(), Options{Unsynced: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func deliveries(t testing.TB) []Append {
	t.Helper()
	all, err := corpus.Payloads()
	if err != nil {
		t.Fatal(err)
	}
	var out []Append
	for _, x := range all {
		out = append(out, Append{Delivery: x.Name, Received: time.Unix(1_800_000_000, 0), Raw: x.Body, Headers: map[string]string{
			"Content-Type": "application/json", "User-Agent": "GitHub-Hookshot/044aadd", "X-GitHub-Event": x.Event,
			"X-GitHub-Hook-Installation-Target-ID": "4711", "X-GitHub-Hook-Installation-Target-Type": "integration"}})
	}
	return out
}

// A delivery of 10 kB takes about one.
func TestSealedIsSmall(t *testing.T) {
	db := openRaw(t)
	var sizes []int
	sum, raw := 0, 0
	for _, a := range deliveries(t) {
		sealed, err := db.seal(context.Background(), a)
		if err != nil {
			t.Fatal(err)
		}
		body, headers, err := db.unseal(context.Background(), a.Delivery, day(a.Received), sealed)
		if err != nil || !bytes.Equal(body, a.Raw) || len(headers) != len(a.Headers) {
			t.Fatalf("%s: %v", a.Delivery, err)
		}
		sizes, sum, raw = append(sizes, len(sealed)), sum+len(sealed), raw+len(a.Raw)
	}
	slices.Sort(sizes)
	t.Logf("%d deliveries of %d bytes: mean %d, median %d", len(sizes), raw/len(sizes), sum/len(sizes), sizes[len(sizes)/2])
	if sum/len(sizes) > 1200 {
		t.Error("larger than it need be")
	}
}

// What was sealed before there was a dictionary is read.
func TestSealedBefore(t *testing.T) {
	db, ctx := openRaw(t), context.Background()
	a := deliveries(t)[0]
	gcm, err := db.sealer(ctx, day(a.Received))
	if err != nil {
		t.Fatal(err)
	}
	enc, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer enc.Close()
	headers, err := json.Marshal(a.Headers)
	if err != nil {
		t.Fatal(err)
	}
	plain := append(append(binary.AppendUvarint(nil, uint64(len(headers))), headers...), a.Raw...)
	nonce := make([]byte, gcm.NonceSize())
	old := gcm.Seal(append([]byte{formatZstd}, nonce...), nonce, enc.EncodeAll(plain, nil), []byte(a.Delivery))
	body, _, err := db.unseal(ctx, a.Delivery, day(a.Received), old)
	if err != nil || !bytes.Equal(body, a.Raw) {
		t.Errorf("%d bytes, %v", len(body), err)
	}
	for name, spoil := range map[string]func([]byte) []byte{
		"another format":         func(b []byte) []byte { b[0] = 9; return b },
		"another nonce":          func(b []byte) []byte { b[1] ^= 1; return b },
		"one byte of the middle": func(b []byte) []byte { b[len(b)/2] ^= 1; return b },
		"the end cut off":        func(b []byte) []byte { return b[:len(b)-1] },
		"nothing":                func([]byte) []byte { return nil },
	} {
		if _, _, err := db.unseal(ctx, a.Delivery, day(a.Received), spoil(bytes.Clone(old))); err == nil {
			t.Errorf("%s: read", name)
		}
	}
	if _, _, err := db.unseal(ctx, "another", day(a.Received), old); err == nil {
		t.Error("under another delivery's id: read")
	}
}

// BenchmarkSeal seals all 329 payloads, 3.2 MB.
func BenchmarkSeal(b *testing.B) {
	db, all := openRaw(b), deliveries(b)
	b.ReportAllocs()
	for b.Loop() {
		for _, a := range all {
			if _, err := db.seal(context.Background(), a); err != nil {
				b.Fatal(err)
			}
		}
	}
}
