package github

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// tokenTransport mends what the libraries do where they ask for tokens. They read the wall clock in two places: in the JSON
// web token of the App, and in the expiry of an installation's token. Where Now is another time, both are translated at the
// door; where it is the wall clock, they are not touched. And they ask for a token with the body "null", which GitHub's own
// description does not allow: it is sent without a body.
type tokenTransport struct {
	next  http.RoundTripper
	now   func() time.Time
	appID int64
	key   []byte
}

// skewed is a difference that no request's duration explains.
const skewed = 5 * time.Second

// RoundTrip sends a request, with the App's token signed by our clock.
func (t *tokenTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasSuffix(r.URL.Path, "/access_tokens") {
		r = r.Clone(r.Context())
		r.Body, r.ContentLength = http.NoBody, 0
		r.Header.Del("Content-Type")
	}
	wall := time.Now()
	skew := t.now().Sub(wall)
	bearer, isApp := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if skew.Abs() < skewed || !isApp || strings.Count(bearer, ".") != 2 {
		return t.next.RoundTrip(r)
	}
	token, err := appToken(t.key, t.appID, t.now())
	if err != nil {
		return nil, err
	}
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Bearer "+token)
	resp, err := t.next.RoundTrip(r)
	if err != nil || !strings.HasSuffix(r.URL.Path, "/access_tokens") || resp.StatusCode != http.StatusCreated {
		return resp, err
	}
	return shiftExpiry(resp, -skew)
}

// shiftExpiry moves the expiry of a minted token.
func shiftExpiry(resp *http.Response, by time.Duration) (*http.Response, error) {
	text, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	if err != nil {
		return nil, fmt.Errorf("read installation token: %w", err)
	}
	var fields map[string]any
	var minted struct {
		ExpiresAt time.Time `json:"expires_at"`
	}
	if json.Unmarshal(text, &fields) == nil && json.Unmarshal(text, &minted) == nil {
		fields["expires_at"] = minted.ExpiresAt.Add(by)
		if text, err = json.Marshal(fields); err != nil {
			return nil, fmt.Errorf("write installation token: %w", err)
		}
	}
	resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(text)), int64(len(text))
	return resp, nil
}

// appToken signs a JSON web token of the App: issued a minute ago, for nine minutes.
// https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
func appToken(pemKey []byte, appID int64, now time.Time) (string, error) {
	key, err := parseKey(pemKey)
	if err != nil {
		return "", err
	}
	encode := base64.RawURLEncoding.EncodeToString
	claims := fmt.Sprintf(`{"iat":%d,"exp":%d,"iss":"%d"}`, now.Add(-time.Minute).Unix(), now.Add(8*time.Minute).Unix(), appID)
	signed := encode([]byte(`{"alg":"RS256","typ":"JWT"}`)) + "." + encode([]byte(claims))
	digest := sha256.Sum256([]byte(signed))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, digest[:])
	if err != nil {
		return "", fmt.Errorf("sign as App %d: %w", appID, err)
	}
	return signed + "." + encode(signature), nil
}

func parseKey(text []byte) (*rsa.PrivateKey, error) {
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errors.New("read private key: no PEM")
	}
	if key, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
		return key, nil
	}
	any, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("read private key: %w", err)
	}
	key, ok := any.(*rsa.PrivateKey)
	if !ok {
		return nil, errors.New("read private key: not RSA")
	}
	return key, nil
}
