// Command gendict trains the dictionary with which raw deliveries are compressed (internal/eventlog), on the corpus of
// webhooks (internal/corpus).
//
//	go run ./internal/tools/gendict          writes the dictionary
//	go run ./internal/tools/gendict -check   exits 1 if one trained now would be clearly better
//
// Training gives other bytes each time, so what is compared is what the dictionary is for.
// A dictionary that is in a release is never changed, or what it compressed is lost: a better one gets another number.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/klauspost/compress/dict"
	"github.com/klauspost/compress/zstd"

	"github.com/pitcrew-app/pitcrew/internal/corpus"
	"github.com/pitcrew-app/pitcrew/internal/tools/npm"
)

const (
	name = "delivery-1.zdict"
	// id is in each frame. Ids below 32768 are zstd's own to give (RFC 8878, section 5).
	id      = 0x70630001
	maxSize = 112 << 10 // bytes
)

func main() {
	dir := flag.String("dir", "internal/eventlog", "where the dictionary is")
	check := flag.Bool("check", false, "compare instead of writing")
	flag.Parse()
	if err := run(*dir, *check); err != nil {
		fmt.Fprintln(os.Stderr, "gendict:", err)
		os.Exit(1)
	}
}

func run(dir string, check bool) error {
	all, err := corpus.Payloads()
	if err != nil {
		return err
	}
	var samples [][]byte
	for _, p := range all {
		s, err := sample(p)
		if err != nil {
			return err
		}
		samples = append(samples, s)
	}
	trained, err := dict.BuildZstdDict(samples, dict.Options{MaxDictSize: maxSize, HashBytes: 6, ZstdDictID: id, ZstdLevel: zstd.SpeedFastest})
	if err != nil {
		return fmt.Errorf("train: %w", err)
	}
	if !check {
		return npm.PutAll(dir, false, npm.File{Name: name, Content: trained})
	}
	return compare(filepath.Join(dir, name), trained, samples)
}

// compare fails if the dictionary in the file makes the samples a tenth larger than the trained one does.
func compare(path string, trained []byte, samples [][]byte) error {
	kept, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	have, err := compressed(kept, samples)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	could, err := compressed(trained, samples)
	if err != nil {
		return err
	}
	fmt.Printf("%s: %d bytes a delivery; one trained now: %d\n", path, have/len(samples), could/len(samples))
	if have > could+could/10 {
		return fmt.Errorf("%s is out of date; write one with another number, and keep this for what it compressed", path)
	}
	return nil
}

// compressed is the size of all samples, each by itself.
func compressed(dictionary []byte, samples [][]byte) (int, error) {
	e, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderDict(dictionary))
	if err != nil {
		return 0, err
	}
	sum := 0
	for _, s := range samples {
		sum += len(e.EncodeAll(s, nil))
	}
	return sum, e.Close()
}

// sample is a delivery as it is compressed: its headers, then its body.
func sample(p corpus.Payload) ([]byte, error) {
	headers, err := json.Marshal(map[string]string{
		"Content-Type": "application/json", "User-Agent": "GitHub-Hookshot/044aadd", "X-GitHub-Delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958",
		"X-GitHub-Event": p.Event, "X-GitHub-Hook-ID": "292430182", "X-GitHub-Hook-Installation-Target-ID": "79929171",
		"X-GitHub-Hook-Installation-Target-Type": "integration",
	})
	return append(headers, p.Body...), err
}
