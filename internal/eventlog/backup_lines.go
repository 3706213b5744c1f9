package eventlog

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"maps"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/klauspost/compress/zstd"
)

// backupHeader is the first line of a backup.
type backupHeader struct {
	Backup   string         `json:"backup"` // "pitcrew"
	Form     int            `json:"form"`
	Made     time.Time      `json:"made"`
	Versions map[string]int `json:"versions"`
}

// backupTable is the line before the rows of a table.
type backupTable struct {
	Table   string   `json:"table"`
	Columns []string `json:"columns"`
}

// backupEnd is the last line.
type backupEnd struct {
	Rows   map[string]int64 `json:"end"`
	SHA256 string           `json:"sha256"`
}

// A row is an array: whole numbers and null as they are, text as a string, bytes as {"bytes": BASE64}, and text that is
// not UTF-8, which JSON cannot say, as {"text": BASE64}.
type bytesValue struct {
	Bytes []byte `json:"bytes"`
	Text  []byte `json:"text,omitempty"`
}

// backupWriter writes the lines of a backup.
type backupWriter struct {
	z        *zstd.Encoder
	sum      hash.Hash
	lines    *json.Encoder
	contents Contents
	in       string // the table whose rows are written
}

func newBackupWriter(w io.Writer, h backupHeader) (*backupWriter, error) {
	z, err := zstd.NewWriter(w, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	b := &backupWriter{z: z, sum: sha256.New(), contents: Contents{Made: h.Made, Versions: h.Versions, Rows: map[string]int64{}}}
	b.lines = json.NewEncoder(io.MultiWriter(z, b.sum))
	b.lines.SetEscapeHTML(false)
	return b, b.lines.Encode(h)
}

func (b *backupWriter) table(name string, columns []string) error {
	b.in, b.contents.Rows[name] = name, 0
	return b.lines.Encode(backupTable{name, columns})
}

func (b *backupWriter) row(values []any) error {
	line := make([]any, len(values))
	for i, v := range values {
		switch v := v.(type) {
		case nil, int64:
			line[i] = v
		case string:
			if line[i] = v; !utf8.ValidString(v) {
				line[i] = map[string][]byte{"text": []byte(v)}
			}
		case []byte:
			line[i] = map[string][]byte{"bytes": v}
		default:
			return fmt.Errorf("column %d holds a %T, which a backup has no form for", i+1, v)
		}
	}
	b.contents.Rows[b.in]++
	return b.lines.Encode(line)
}

func (b *backupWriter) end() (Contents, error) {
	b.contents.SHA256 = hex.EncodeToString(b.sum.Sum(nil))
	return b.contents, errors.Join(b.lines.Encode(backupEnd{b.contents.Rows, b.contents.SHA256}), b.z.Close())
}

// backupReader reads the lines of a backup: header, then table and rows until there is no table any more, then the end.
// Its first error ends it, and is what end returns.
type backupReader struct {
	z        *zstd.Decoder
	lines    *bufio.Reader
	sum      hash.Hash
	line     []byte // read and not yet understood
	contents Contents
	in       backupTable
	err      error
}

var errNoBackup = errors.New("this is no backup that pitcrew made")

func newBackupReader(r io.Reader) (*backupReader, error) {
	z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	b := &backupReader{z: z, lines: bufio.NewReaderSize(z, 1<<16), sum: sha256.New()}
	var h backupHeader
	if b.next(); b.err != nil || json.Unmarshal(b.line, &h) != nil || h.Backup != "pitcrew" {
		z.Close()
		return nil, errors.Join(errNoBackup, b.err)
	}
	if h.Form > backupForm {
		z.Close()
		return nil, fmt.Errorf("a newer pitcrew has made this backup: it has form %d, and this one reads form %d", h.Form, backupForm)
	}
	b.contents = Contents{Made: h.Made, Versions: h.Versions, Rows: map[string]int64{}}
	b.next()
	return b, nil
}

func (b *backupReader) close() { b.z.Close() }

// next reads a line, and adds the one before it to the sum.
func (b *backupReader) next() {
	b.sum.Write(b.line)
	if b.line, b.err = b.lines.ReadBytes('\n'); errors.Is(b.err, io.EOF) {
		b.err = fmt.Errorf("it ends too early, after %d rows", b.contents.Total())
	}
}

// table goes to the next table, and says false where there is none.
func (b *backupReader) table() bool {
	if b.err != nil || !bytes.HasPrefix(b.line, []byte(`{"table"`)) {
		return false
	}
	b.in = backupTable{}
	if b.err = json.Unmarshal(b.line, &b.in); b.err != nil {
		return false
	}
	b.contents.Rows[b.in.Table] = 0
	b.next()
	return true
}

// row is the next row of the table.
func (b *backupReader) row() ([]any, bool) {
	if b.err != nil || !bytes.HasPrefix(b.line, []byte("[")) {
		return nil, false
	}
	var values []any
	if values, b.err = rowOf(b.line); b.err == nil && len(values) != len(b.in.Columns) {
		b.err = fmt.Errorf("a row of %s has %d values for %d columns", b.in.Table, len(values), len(b.in.Columns))
	}
	if b.err != nil {
		return nil, false
	}
	b.contents.Rows[b.in.Table]++
	b.next()
	return values, true
}

func rowOf(line []byte) ([]any, error) {
	var cells []json.RawMessage
	if err := json.Unmarshal(line, &cells); err != nil {
		return nil, err
	}
	values := make([]any, len(cells))
	for i, cell := range cells {
		var err error
		if values[i], err = valueOf(cell); err != nil {
			return nil, err
		}
	}
	return values, nil
}

func valueOf(cell json.RawMessage) (any, error) {
	switch cell[0] {
	case 'n':
		return nil, nil
	case '"':
		var text string
		err := json.Unmarshal(cell, &text)
		return text, err
	case '{':
		var v bytesValue
		err := json.Unmarshal(cell, &v)
		if v.Text != nil {
			return string(v.Text), err
		}
		return v.Bytes, err
	}
	return strconv.ParseInt(string(cell), 10, 64)
}

// end compares what was read with what the last line says.
func (b *backupReader) end() (Contents, error) {
	if b.err != nil {
		return b.contents, b.err
	}
	var said backupEnd
	if err := json.Unmarshal(b.line, &said); err != nil || said.Rows == nil {
		return b.contents, errors.New("a line of it is of no known kind")
	}
	if _, err := b.lines.ReadByte(); !errors.Is(err, io.EOF) {
		return b.contents, errors.Join(errors.New("it is damaged: something follows its last line"), err)
	}
	b.contents.SHA256 = hex.EncodeToString(b.sum.Sum(nil))
	if said.SHA256 != b.contents.SHA256 || !maps.Equal(said.Rows, b.contents.Rows) {
		return b.contents, errors.New("it is damaged: what is in it is not what its last line says")
	}
	return b.contents, nil
}
