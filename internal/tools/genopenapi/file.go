package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// file is one result; content is what it says, before compression.
type file struct {
	name    string
	content []byte
	zip     bool
}

// put writes the file, or compares it with the one that is there. Compared is
// the uncompressed content: the bytes of a gzip stream are the compressor's
// affair and may change with the version of Go.
func (f file) put(dir string, check bool) error {
	path := filepath.Join(dir, f.name)
	if check {
		return f.compare(path)
	}
	b, err := f.bytes()
	if err != nil {
		return fmt.Errorf("compress %s: %w", f.name, err)
	}
	if err := os.WriteFile(path, b, 0o644); err != nil {
		return err
	}
	fmt.Printf("%s: %d bytes, %d before compression\n", path, len(b), len(f.content))
	return nil
}

func (f file) bytes() ([]byte, error) {
	if !f.zip {
		return f.content, nil
	}
	var buf bytes.Buffer
	w, err := gzip.NewWriterLevel(&buf, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(f.content); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}

func (f file) compare(path string) error {
	have, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if f.zip {
		if have, err = unzip(have); err != nil {
			return fmt.Errorf("unzip %s: %w", path, err)
		}
	}
	if !bytes.Equal(have, f.content) {
		return fmt.Errorf("%s differs from what the description gives; run genopenapi without -check and review the change", path)
	}
	return nil
}

func unzip(b []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}
