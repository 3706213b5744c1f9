package github

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"os"
	"time"
)

// Cause is why a request to GitHub got no good answer, by whose trouble it is.
type Cause string

const (
	CauseServer      Cause = "server"      // GitHub answered 5xx
	CauseTimeout     Cause = "timeout"     // no answer in time
	CauseLimit       Cause = "limit"       // GitHub refused more for now
	CauseNetwork     Cause = "network"     // no connection, or one that broke
	CauseName        Cause = "name"        // this machine does not find GitHub's address
	CauseCertificate Cause = "certificate" // this machine does not take GitHub's certificate
	CauseKey         Cause = "key"         // GitHub does not take the App's key or its tokens
	CausePermission  Cause = "permission"  // the App may not, or is suspended
)

// Causes are all, those first that somebody must mend.
var Causes = []Cause{CauseKey, CauseCertificate, CauseName, CauseNetwork, CauseServer, CauseTimeout, CauseLimit, CausePermission}

// causeOf is why a request got no good answer; empty: it got one, or nobody waited for it any more.
func causeOf(r reply, err error) Cause {
	if err != nil {
		return causeOfError(err)
	}
	_, _, limited := r.limit(time.Time{})
	switch {
	case r.Status >= http.StatusInternalServerError:
		return CauseServer
	case limited:
		return CauseLimit
	case r.Status == http.StatusUnauthorized:
		return CauseKey
	case r.Status == http.StatusForbidden:
		return CausePermission
	}
	return ""
}

func causeOfError(err error) Cause {
	var name *net.DNSError
	var timeout net.Error
	switch {
	case errors.Is(err, context.Canceled):
		return ""
	case isCertificate(err):
		return CauseCertificate
	case errors.As(err, &name):
		return CauseName
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return CauseTimeout
	}
	return CauseNetwork
}

func isCertificate(err error) bool {
	var verification *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	var noTLS tls.RecordHeaderError
	return errors.As(err, &verification) || errors.As(err, &authority) || errors.As(err, &host) || errors.As(err, &invalid) || errors.As(err, &noTLS)
}

// Lately is how far back Vitals counts.
const Lately = 15 * time.Minute

// tally counts requests by the minute.
type tally [Lately / time.Minute]struct {
	minute int64 // since 1970
	asked  int
	failed map[Cause]int
}

func (t *tally) note(now time.Time, cause Cause) {
	minute := now.Unix() / 60
	m := &t[minute%int64(len(t))]
	if m.minute != minute {
		m.minute, m.asked, m.failed = minute, 0, map[Cause]int{}
	}
	m.asked++
	if cause != "" {
		m.failed[cause]++
	}
}

// sum is how many were asked in the last minutes, and how many failed, by cause.
func (t *tally) sum(now time.Time) (asked int, failed map[Cause]int) {
	failed = map[Cause]int{}
	oldest := now.Unix()/60 - int64(len(t))
	for _, m := range t {
		if m.minute <= oldest {
			continue
		}
		asked += m.asked
		for cause, n := range m.failed {
			failed[cause] += n
		}
	}
	return asked, failed
}
