package eventlog

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"database/sql"
	_ "embed"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/klauspost/compress/zstd"
)

// A sealed delivery is one byte for the format, a nonce, and what AES-256-GCM makes of a zstd frame; the delivery's id
// is authenticated with it. The frame holds the length of the headers, the headers as JSON, and the bytes received.
const (
	formatZstd = 1 // as it was before there was a dictionary
	formatDict = 2 // with dictionary
)

// dictionary is trained on what GitHub was seen to send (internal/tools/gendict). What it compressed is read with it
// alone: a better one is another format, beside it.
//
//go:embed delivery-1.zdict
var dictionary []byte

// maxRaw is far above GitHub's 25 MB for a payload; it bounds what a damaged frame could make us allocate.
const maxRaw = 64 << 20

// maxRoom is how many bytes may lie unused between two deliveries, for each that comes beside another.
const maxRoom = 64 << 10

// forgetPage is how many raw deliveries one operation deletes.
const forgetPage = 200

// vault has the keys of days in hand, and the codec.
type vault struct {
	mu   sync.Mutex
	day  int64
	gcm  cipher.AEAD // of day; only the newest is kept
	at   time.Time   // when the key was read: another process may delete it
	once sync.Once
	enc  *zstd.Encoder
	dec  *zstd.Decoder
	err  error
	room sync.Pool // of *[]byte, to compress in

	asked shared[int64, cipher.AEAD] // by day
}

func (v *vault) codec() error {
	v.once.Do(func() {
		v.enc, v.err = zstd.NewWriter(nil, zstd.WithEncoderConcurrency(2), zstd.WithLowerEncoderMem(true),
			zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderDict(dictionary), zstd.WithEncoderCRC(false)) // GCM tells what is damaged
		if v.err == nil {
			v.dec, v.err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxRaw), zstd.WithDecoderDicts(dictionary))
		}
	})
	return v.err
}

// Raw is a delivery as it was received, and its headers. ErrNoRaw means that it is not kept, or not any longer.
func (db *DB) Raw(ctx context.Context, delivery string) ([]byte, map[string]string, error) {
	var d int64
	var sealed []byte
	err := db.log.read.QueryRowContext(ctx, sqlGetRaw, delivery).Scan(&d, &sealed)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrNoRaw
	}
	if err != nil {
		return nil, nil, fmt.Errorf("raw delivery %s: %w", delivery, err)
	}
	body, headers, err := db.unseal(ctx, delivery, d, sealed)
	if err != nil {
		return nil, nil, fmt.Errorf("raw delivery %s: %w", delivery, err)
	}
	return body, headers, nil
}

// Forget makes the raw deliveries of all days that ended before before unreadable, by deleting their keys, then deletes
// them. It returns how many it deleted. Delivery ids and events stay.
func (db *DB) Forget(ctx context.Context, before time.Time) (int64, error) {
	limit := day(before)
	db.vault.forget(limit)
	err := db.people.write(ctx, func(t *tx) error { return t.exec(sqlForgetKeys, limit) })
	if err != nil {
		return 0, fmt.Errorf("forget keys: %w", err)
	}
	if _, err := db.people.read.ExecContext(ctx, db.people.say.scrub); err != nil {
		return 0, fmt.Errorf("forget keys: %w", err)
	}
	var total int64
	for {
		var n int64
		err := db.log.order(ctx, func(t *tx) error {
			n = 0
			return t.each(sqlForgetRaw, []any{limit, forgetPage}, func(func(...any) error) error { n++; return nil })
		})
		if err != nil {
			return total, fmt.Errorf("forget raw deliveries: %w", err)
		}
		if total += n; n < forgetPage {
			return total, nil
		}
	}
}

// forget takes a forgotten key out of hand.
func (v *vault) forget(before int64) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.day < before {
		v.gcm = nil
	}
}

// seal is nil if a has nothing to keep.
func (db *DB) seal(ctx context.Context, a Append) ([]byte, error) {
	if a.Delivery == "" || a.Raw == nil && a.Headers == nil {
		return nil, nil
	}
	if err := db.vault.codec(); err != nil {
		return nil, err
	}
	gcm, err := db.sealer(ctx, day(a.Received))
	if err != nil {
		return nil, err
	}
	headers, err := json.Marshal(a.Headers)
	if err != nil {
		return nil, fmt.Errorf("headers: %w", err)
	}
	room, _ := db.vault.room.Get().(*[]byte)
	if room == nil {
		room = new([]byte)
	}
	defer db.vault.room.Put(room)
	frame := db.vault.frame(room, headers, a.Raw)
	out := make([]byte, 1+gcm.NonceSize(), 1+gcm.NonceSize()+len(frame)+gcm.Overhead())
	out[0] = formatDict
	if _, err := io.ReadFull(db.rand, out[1:]); err != nil {
		return nil, fmt.Errorf("nonce: %w", err)
	}
	return gcm.Seal(out, out[1:], frame, []byte(a.Delivery)), nil
}

// frame compresses headers and a body in room, where it lies until room is used again. What is large has room of its own.
func (v *vault) frame(room *[]byte, headers, body []byte) []byte {
	plain := binary.AppendUvarint((*room)[:0], uint64(len(headers)))
	plain = append(append(plain, headers...), body...)
	n := len(plain)
	both := v.enc.EncodeAll(plain, plain)
	if cap(both) <= maxRoom {
		*room = both
	}
	return both[n:]
}

func (db *DB) unseal(ctx context.Context, delivery string, d int64, sealed []byte) ([]byte, map[string]string, error) {
	if err := db.vault.codec(); err != nil {
		return nil, nil, err
	}
	gcm, err := db.dayKey(ctx, d)
	if err != nil {
		return nil, nil, err
	}
	n := 1 + gcm.NonceSize()
	if len(sealed) < n || sealed[0] != formatZstd && sealed[0] != formatDict {
		return nil, nil, errors.New("unknown format: a newer pitcrew has written it, or it is damaged")
	}
	frame, err := gcm.Open(nil, sealed[1:n], sealed[n:], []byte(delivery))
	if err != nil {
		return nil, nil, fmt.Errorf("decrypt: %w", err)
	}
	plain, err := db.vault.dec.DecodeAll(frame, nil)
	if err != nil {
		return nil, nil, fmt.Errorf("decompress: %w", err)
	}
	size, n := binary.Uvarint(plain)
	if n <= 0 || size > uint64(len(plain)-n) {
		return nil, nil, errors.New("damaged")
	}
	var headers map[string]string
	if err := json.Unmarshal(plain[n:n+int(size)], &headers); err != nil {
		return nil, nil, fmt.Errorf("headers: %w", err)
	}
	return plain[n+int(size):], headers, nil
}

// sealer is the cipher of a day, whose key it makes at the first use. The key is on disk before anything is sealed.
func (db *DB) sealer(ctx context.Context, d int64) (cipher.AEAD, error) {
	now := db.now()
	if gcm := db.vault.has(d, now); gcm != nil {
		return gcm, nil
	}
	gcm, err := db.vault.asked.get(ctx, d, func(ctx context.Context) (cipher.AEAD, error) {
		gcm, err := db.makeKey(ctx, d)
		if err == nil {
			db.vault.keep(d, gcm, now)
		}
		return gcm, err
	})
	if err != nil {
		return nil, fmt.Errorf("key of the day: %w", err)
	}
	return gcm, nil
}

// makeKey makes the key of a day, unless it is there.
func (db *DB) makeKey(ctx context.Context, d int64) (cipher.AEAD, error) {
	key := make([]byte, 32)
	if _, err := io.ReadFull(db.rand, key); err != nil {
		return nil, err
	}
	err := db.people.write(ctx, func(t *tx) error {
		if err := t.exec(sqlAddDayKey, d, key); err != nil {
			return err
		}
		return t.row(sqlGetDayKey, []any{d}, &key)
	})
	if err != nil {
		return nil, err
	}
	return newGCM(key)
}

// has is the cipher of a day, if it is in hand and was read a short time ago.
func (v *vault) has(d int64, now time.Time) cipher.AEAD {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.day != d || !fresh(v.at, now) {
		return nil
	}
	return v.gcm
}

func (v *vault) keep(d int64, gcm cipher.AEAD, read time.Time) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.day, v.gcm, v.at = d, gcm, read
}

func (db *DB) dayKey(ctx context.Context, d int64) (cipher.AEAD, error) {
	var key []byte
	err := db.people.read.QueryRowContext(ctx, sqlGetDayKey, d).Scan(&key)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, ErrNoRaw
	}
	if err != nil {
		return nil, fmt.Errorf("key of the day: %w", err)
	}
	return newGCM(key)
}

func newGCM(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}
