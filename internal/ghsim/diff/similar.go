package diff

import "bytes"

// MaxScore is the similarity of equal files; half of it makes a rename.
const MaxScore = 60000

// Similarity is how much of the larger file is made of the smaller one's pieces, as git measures it for renames: both are cut at
// newlines and after 64 bytes, and what occurs in both counts by its bytes. At least is the score below which nobody asks.
func Similarity(a, b []byte, atLeast int) int {
	large, small := max(len(a), len(b)), min(len(a), len(b))
	if small == 0 || large*(MaxScore-atLeast) < (large-small)*MaxScore {
		return 0
	}
	in := pieces(a)
	kept := 0
	for piece, n := range pieces(b) {
		kept += min(n, in[piece])
	}
	return kept * MaxScore / large
}

// pieces are the bytes of each different piece of a file. In text a carriage return before a newline does not count.
func pieces(file []byte) map[string]int {
	text := !Binary(file)
	sizes := map[string]int{}
	for line := range bytes.Lines(file) {
		if text && bytes.HasSuffix(line, []byte("\r\n")) {
			line = append(bytes.Clone(line[:len(line)-2]), '\n')
		}
		for len(line) > 0 {
			n := min(len(line), 64)
			sizes[string(line[:n])] += n
			line = line[n:]
		}
	}
	return sizes
}
