package ghsim

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"
)

// Global node ids have the form that GitHub's have had since 2021: a prefix that names the type, and in URL-safe
// base64 a MessagePack array of 0, the repository's id where there is one, and the object's id or name:
// PR_kwDOAAAAZc4AAAHK is [0, 101, 458]. Clients must not look inside; we must, to answer node(id:).
// https://docs.github.com/en/graphql/guides/migrating-graphql-global-node-ids

// globalID builds a node id of ids (int64) and names (string).
func globalID(prefix string, parts ...any) string {
	b := []byte{byte(0x90 + len(parts) + 1), 0}
	for _, p := range parts {
		switch p := p.(type) {
		case int64:
			b = append(b, 0xce)
			b = binary.BigEndian.AppendUint32(b, uint32(p))
		case string:
			b = append(b, 0xda)
			b = binary.BigEndian.AppendUint16(b, uint16(len(p)))
			b = append(b, p...)
		}
	}
	return prefix + "_" + base64.RawURLEncoding.EncodeToString(b)
}

// readGlobalID takes a node id apart.
func readGlobalID(id string) (prefix string, parts []any, err error) {
	bad := fmt.Errorf("node id %q is malformed", id)
	prefix, text, ok := strings.Cut(id, "_")
	b, decodeErr := base64.RawURLEncoding.DecodeString(text)
	if !ok || decodeErr != nil || len(b) < 2 || b[0]&0xf0 != 0x90 || b[1] != 0 {
		return "", nil, bad
	}
	n := int(b[0]&0x0f) - 1
	for b = b[2:]; len(b) > 0; {
		var p any
		if p, b, ok = readPart(b); !ok {
			return "", nil, bad
		}
		parts = append(parts, p)
	}
	if len(parts) != n {
		return "", nil, bad
	}
	return prefix, parts, nil
}

func readPart(b []byte) (part any, rest []byte, ok bool) {
	switch {
	case len(b) >= 5 && b[0] == 0xce:
		return int64(binary.BigEndian.Uint32(b[1:])), b[5:], true
	case len(b) >= 3 && b[0] == 0xda:
		end := 3 + int(binary.BigEndian.Uint16(b[1:]))
		if len(b) >= end {
			return string(b[3:end]), b[end:], true
		}
	}
	return nil, nil, false
}
