package npm

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// File is one result of a generator; Content is what it says, before compression.
type File struct {
	Name    string
	Content []byte
	Zip     bool
}

// PutAll writes the files into dir, or with check compares them with those that are there.
func PutAll(dir string, check bool, files ...File) error {
	for _, f := range files {
		if err := f.put(filepath.Join(dir, f.Name), check); err != nil {
			return err
		}
	}
	return nil
}

func (f File) put(path string, check bool) error {
	if check {
		return f.compare(path)
	}
	b, err := f.bytes()
	if err != nil {
		return fmt.Errorf("compress %s: %w", f.Name, err)
	}
	if err := os.WriteFile(path, b, 0o644); err != nil {
		return err
	}
	fmt.Printf("%s: %d bytes, %d before compression\n", path, len(b), len(f.Content))
	return nil
}

func (f File) bytes() ([]byte, error) {
	if !f.Zip {
		return f.Content, nil
	}
	var buf bytes.Buffer
	w, err := gzip.NewWriterLevel(&buf, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(f.Content); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}

// compare compares the uncompressed content: the bytes of a gzip stream are the compressor's affair and may change with the
// version of Go.
func (f File) compare(path string) error {
	have, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if f.Zip {
		if have, err = unzip(have); err != nil {
			return fmt.Errorf("unzip %s: %w", path, err)
		}
	}
	if !bytes.Equal(have, f.Content) {
		return fmt.Errorf("%s differs from what its package gives; run without -check and review the change", path)
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
