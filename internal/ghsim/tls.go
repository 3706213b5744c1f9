package ghsim

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"sync"
	"time"
)

// authority is a certificate authority of the Sim's own, for clients that insist on HTTPS: it vouches for every host that one
// of them asks for. It lives as long as the process, and its key never leaves it.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	from time.Time

	mu     sync.Mutex
	leaves map[string]*tls.Certificate
	serial int64
}

// authorityLife is how long the authority and its certificates are valid; some clients refuse more than 825 days.
const authorityLife = 398 * 24 * time.Hour

func newAuthority(now time.Time) (*authority, error) {
	a := &authority{from: now.Add(-time.Hour), leaves: map[string]*tls.Certificate{}}
	root := a.template("ghsim certificate authority")
	root.IsCA, root.BasicConstraintsValid, root.KeyUsage = true, true, x509.KeyUsageCertSign
	der, key, err := a.sign(root)
	if err != nil {
		return nil, fmt.Errorf("make certificate authority: %w", err)
	}
	if a.cert, err = x509.ParseCertificate(der); err != nil {
		return nil, fmt.Errorf("read own certificate: %w", err)
	}
	a.key = key
	return a, nil
}

// template is a certificate for a name, to be narrowed.
func (a *authority) template(name string) *x509.Certificate {
	a.serial++
	return &x509.Certificate{SerialNumber: big.NewInt(a.serial), Subject: pkix.Name{CommonName: name},
		NotBefore: a.from, NotAfter: a.from.Add(authorityLife)}
}

// sign makes a key and signs a certificate for it: by the authority, or by the key itself while there is none.
func (a *authority) sign(c *x509.Certificate) ([]byte, *ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	parent, by := a.cert, a.key
	if parent == nil {
		parent, by = c, key
	}
	der, err := x509.CreateCertificate(rand.Reader, c, parent, &key.PublicKey, by)
	return der, key, err
}

// PEM is the authority's certificate as clients read it.
func (a *authority) PEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw})
}

// leaf is the certificate of a host, made when it is first asked for.
func (a *authority) leaf(host string) (*tls.Certificate, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if c := a.leaves[host]; c != nil {
		return c, nil
	}
	t := a.template(host)
	t.KeyUsage, t.ExtKeyUsage = x509.KeyUsageDigitalSignature, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	if ip := net.ParseIP(host); ip != nil {
		t.IPAddresses = []net.IP{ip}
	} else {
		t.DNSNames = []string{host}
	}
	der, key, err := a.sign(t)
	if err != nil {
		return nil, fmt.Errorf("make certificate for %s: %w", host, err)
	}
	c := &tls.Certificate{Certificate: [][]byte{der, a.cert.Raw}, PrivateKey: key}
	a.leaves[host] = c
	return c, nil
}

// config ends TLS for the host that a client names, or, where it names none (an address is no name), for the one it reached.
func (a *authority) config(reached string) *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}, GetCertificate: func(h *tls.ClientHelloInfo) (*tls.Certificate, error) {
		if h.ServerName != "" {
			return a.leaf(h.ServerName)
		}
		return a.leaf(reached)
	}}
}
