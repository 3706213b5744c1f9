package ghsim

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"time"
)

// GitHub signs with its own key what it commits itself: merges, squashes, updates of a branch, and files that are committed
// through the API. What is pushed has whatever signature its maker gave it, and cannot have GitHub's. Here the signature is a
// MAC under a key that never leaves the Sim, in the header where git keeps OpenPGP signatures.
// https://docs.github.com/authentication/managing-commit-signature-verification/about-commit-signature-verification#signature-verification-for-bots

// commitSigned stores a commit with GitHub's signature.
func (s *Sim) commitSigned(g *gitRepo, c gitCommit) (string, error) {
	c.signature = s.webFlow(c.payload())
	return g.writeCommit(c)
}

// webFlow is GitHub's signature of a commit object.
func (s *Sim) webFlow(payload string) string {
	mac := hmac.New(sha256.New, fmt.Appendf(nil, "web-flow %d", s.opts.Seed))
	mac.Write([]byte(payload))
	return "-----BEGIN PGP SIGNATURE-----\n\n" + base64.StdEncoding.EncodeToString(mac.Sum(nil)) + "\n-----END PGP SIGNATURE-----"
}

// signedHere says that the signature of a commit is GitHub's own, and fits.
func (s *Sim) signedHere(c *gitCommit) bool {
	return hmac.Equal([]byte(c.signature), []byte(s.webFlow(c.payload())))
}

// payload is the commit object without its signature: what is signed.
func (c *gitCommit) payload() string {
	unsigned := *c
	unsigned.signature = ""
	return unsigned.object()
}

// object is the text of the commit object. A header of several lines is folded, as git has it.
func (c *gitCommit) object() string {
	var b strings.Builder
	fmt.Fprintf(&b, "tree %s\n", c.tree)
	for _, p := range c.parents {
		fmt.Fprintf(&b, "parent %s\n", p)
	}
	fmt.Fprintf(&b, "author %s\ncommitter %s\n", c.author, c.committer)
	if c.signature != "" {
		fmt.Fprintf(&b, "gpgsig %s\n", strings.ReplaceAll(c.signature, "\n", "\n "))
	}
	return b.String() + "\n" + c.message
}

// verification is what REST says of a commit's signature.
// https://docs.github.com/rest/commits/commits#get-a-commit
func (s *Sim) verification(c *gitCommit) object {
	switch {
	case c.signature == "":
		return object{"verified": false, "reason": "unsigned", "signature": nil, "payload": nil, "verified_at": nil}
	case s.signedHere(c):
		return object{"verified": true, "reason": "valid", "signature": c.signature, "payload": c.payload(),
			"verified_at": c.committer.at.UTC().Format(time.RFC3339)}
	}
	return object{"verified": false, "reason": "unknown_key", "signature": c.signature, "payload": c.payload(), "verified_at": nil}
}

// gqlSigned is a commit's signature.
type gqlSigned struct{ *gitCommit }

// signatureOf is the signature of a commit; null: it has none.
func signatureOf(_ *gqlRun, c gqlCommit) any {
	if c.signature == "" {
		return nil
	}
	return gqlSigned{c.gitCommit}
}

// gpgSignatureTable answers GpgSignature.
// https://docs.github.com/en/graphql/reference/objects#gpgsignature
var gpgSignatureTable = gqlTable{
	"wasSignedByGitHub": val(func(x *gqlRun, c gqlSigned) any { return x.s.signedHere(c.gitCommit) }),
	"isValid":           val(func(x *gqlRun, c gqlSigned) any { return x.s.signedHere(c.gitCommit) }),
	"state": val(func(x *gqlRun, c gqlSigned) any {
		if x.s.signedHere(c.gitCommit) {
			return "VALID"
		}
		return "UNKNOWN_KEY"
	}),
	"signature": val(func(_ *gqlRun, c gqlSigned) any { return c.signature }),
	"payload":   val(func(_ *gqlRun, c gqlSigned) any { return c.payload() }),
	"email":     val(func(_ *gqlRun, c gqlSigned) any { return c.committer.email }),
	"keyId":     always(nil),
	"signer":    always(nil),
}
