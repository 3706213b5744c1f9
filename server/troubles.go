package server

import (
	"context"
	"errors"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/pitcrew-app/pitcrew/internal/github"
	"github.com/pitcrew-app/pitcrew/rules"
)

// trouble is what an operator is told of a cause: what happens, whose trouble it is, and what can be done.
type trouble struct {
	name  string // in the list
	what  string // happens; %s is GitHub's status
	whose string
	can   string
	state rules.State // Waiting: it mends itself
}

func (t trouble) says(failure string) string {
	if failure == "" || strings.HasPrefix(failure, "no ") {
		failure = "5xx"
	}
	return strings.Replace(t.what, "%s", failure, 1)
}

// troubles are what keeps a request to GitHub from a good answer.
var troubles = map[github.Cause]trouble{
	github.CauseServer: {"answered 5xx", "GitHub has answered %s", "GitHub's trouble, not ours",
		"Nothing to do here; see GitHub's status page (https://www.githubstatus.com), or your own server's.", rules.Waiting},
	github.CauseTimeout: {"no answer in time", "GitHub has given no answer within 10 s", "GitHub's trouble, or that of the way there",
		"See GitHub's status page; if it is green, look at the proxy and the firewall on the way out.", rules.Waiting},
	github.CauseLimit: {"refused for now", "GitHub has refused more requests", "a limit of GitHub's",
		"Nothing to do: pitcrew waits as long as GitHub says. The page of limits names what is used.", rules.Waiting},
	github.CauseNetwork: {"no connection", "No connection to GitHub has held", "our network's trouble, or GitHub's",
		"Try from this machine: pitcrew doctor, or curl to the same address. Look at the firewall and at HTTPS_PROXY.", rules.NeedsYou},
	github.CauseName: {"name not found", "This machine has not found GitHub's address", "our name server's trouble, not GitHub's",
		"Look at this machine's name server (/etc/resolv.conf), and at the host in GITHUB_V3_API_URL.", rules.NeedsYou},
	github.CauseCertificate: {"certificate not taken", "This machine has not taken GitHub's certificate", "our machine's trouble, or a proxy's",
		"Look at the clock, the certificate authorities (SSL_CERT_FILE), and a proxy that opens TLS on the way out.", rules.NeedsYou},
	github.CauseKey: {"key or token refused", "GitHub has refused the App's key or tokens", "our App's trouble, not GitHub's",
		"Make a private key on the App's page and put it in the place of the old file; pitcrew doctor says whether it is taken.", rules.NeedsYou},
	github.CausePermission: {"not allowed", "GitHub has refused what the App may not do", "our App's permissions",
		"See which installation lacks what, below; an owner of it can accept what the App asks for.", rules.NeedsYou},
}

// HealthTrouble is how often requests to GitHub got no good answer lately, for one cause.
type HealthTrouble struct {
	Name  string
	N     int
	Whose string
	Can   string
}

func troublesOf(v github.Vitals) []HealthTrouble {
	var all []HealthTrouble
	for _, cause := range github.Causes {
		if n := v.Failed[cause]; n > 0 {
			t := troubles[cause]
			all = append(all, HealthTrouble{Name: t.name, N: n, Whose: t.whose, Can: t.can})
		}
	}
	return all
}

// storageCheck says whether what arrives can be kept. err is that of writing something small.
func storageCheck(err error) HealthCheck {
	if err == nil {
		return HealthCheck{Name: "Log", State: rules.Done, Says: "It can be written: what arrives is on disk before it is acknowledged."}
	}
	what, can := storageTrouble(err)
	return HealthCheck{Name: "Log", State: rules.Stopped, Can: can,
		Says: "The log cannot be written: " + what + ". That is our trouble, not GitHub's. New webhooks are answered 503 and asked for again later; nothing that was acknowledged is lost."}
}

// storageTrouble says what keeps the log from being written, and what can be done.
// https://www.postgresql.org/docs/current/errcodes-appendix.html
func storageTrouble(err error) (what, can string) {
	text := err.Error()
	var pg *pgconn.PgError
	var connecting *pgconn.ConnectError
	switch {
	case errors.As(err, &pg) && pg.Code == "53100", errors.Is(err, syscall.ENOSPC), strings.Contains(text, "SQLITE_FULL"), strings.Contains(text, "disk is full"):
		return "the disk is full", "Make room where PITCREW_DATA or the database is. It goes on by itself then."
	case errors.As(err, &pg):
		return "the database refuses it (" + pg.Message + ")", "Look at the database's own log; pitcrew doctor says more."
	case errors.As(err, &connecting), strings.Contains(text, "connect"):
		return "the database does not answer", "Start it, or see what is between it and this machine: pitcrew doctor. pitcrew connects again by itself."
	case strings.Contains(text, "readonly"), errors.Is(err, syscall.EROFS):
		return "the disk takes no writes", "It may be mounted read-only after a fault: look at the system's log (dmesg)."
	case strings.Contains(text, "disk I/O error"), errors.Is(err, syscall.EIO):
		return "the disk gives errors", "Look at the system's log (dmesg), and have the last backup at hand."
	case errors.Is(err, context.DeadlineExceeded):
		return "it does not answer in time", "See what keeps the disk or the database busy."
	case strings.Contains(text, "malformed"), strings.Contains(text, "not a database"):
		return "a file is damaged", "pitcrew doctor says which; docs/install.md, “Restoring”."
	}
	return text, "pitcrew doctor looks at each part."
}
