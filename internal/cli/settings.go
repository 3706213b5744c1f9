package cli

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/server"
)

// settings is what serve needs to know, from the environment. .env.example documents each variable.
type settings struct {
	Addr, PagesAddr, OpsAddr string
	PagesToken               string
	Data                     string
	Database                 string // URL of PostgreSQL; empty: Data has everything
	KeepRaw                  time.Duration
	WriteGap                 time.Duration // see github.Options
	AppID                    int64
	Key                      []byte
	KeyFile                  string   // that Key was read from; empty: it was none
	Secrets                  [][]byte // current, then previous
	V3URL, V4URL, WebURL     string
	PagesURL                 string // how people reach the pages; empty: check runs link nothing
}

// reader collects settings and the first mistake.
type reader struct {
	env func(string) string
	err error
}

func readSettings(env func(string) string) (settings, error) {
	r := &reader{env: env}
	s := settings{
		Addr:       r.addr("PITCREW_ADDR", ":8080"),
		PagesAddr:  r.addr("PITCREW_PAGES_ADDR", "127.0.0.1:8081"),
		OpsAddr:    r.addr("PITCREW_OPS_ADDR", "127.0.0.1:8082"),
		PagesToken: env("PITCREW_PAGES_TOKEN"),
		Data:       r.text("PITCREW_DATA", "./data"),
		Database:   r.database(),
		KeepRaw:    r.days("PITCREW_KEEP_RAW", "7d"),
		WriteGap:   r.gap("PITCREW_WRITE_GAP"),
		PagesURL:   r.url("PITCREW_PAGES_URL", ""),
		V3URL:      r.url("GITHUB_V3_API_URL", "https://api.github.com/"),
		V4URL:      r.url("GITHUB_V4_API_URL", "https://api.github.com/graphql"),
		WebURL:     r.url("GITHUB_WEB_URL", "https://github.com/"),
	}
	s.AppID = r.appID()
	s.Key = r.key()
	if env("GITHUB_APP_PRIVATE_KEY") == "" {
		s.KeyFile = env("GITHUB_APP_PRIVATE_KEY_FILE")
	}
	s.Secrets = r.secrets()
	if s.PagesToken == "" && !loopback(s.PagesAddr) {
		r.fail("PITCREW_PAGES_ADDR is "+s.PagesAddr+", which others can reach, and the pages have no sign-in yet", "set PITCREW_PAGES_TOKEN, or use 127.0.0.1:8081")
	}
	return s, r.err
}

func (r *reader) fail(what, hint string) {
	if r.err == nil {
		r.err = usageError{what, hint}
	}
}

func (r *reader) text(name, def string) string {
	if v := r.env(name); v != "" {
		return v
	}
	return def
}

func (r *reader) addr(name, def string) string {
	v := r.text(name, def)
	if _, port, err := net.SplitHostPort(v); err != nil || !isPort(port) {
		r.fail(fmt.Sprintf("%s is %q, which is no address", name, v), "write host:port or :port, like "+def)
	}
	return v
}

func isPort(text string) bool {
	n, err := strconv.Atoi(text)
	return err == nil && n >= 0 && n <= 65535
}

func (r *reader) url(name, def string) string {
	v := r.text(name, def)
	if v == "" {
		return ""
	}
	u, err := url.Parse(v)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		r.fail(fmt.Sprintf("%s is %q, which is no address on the web", name, v), "write it like https://github.example.com/api/v3/")
	}
	return v
}

// where is the place of log and ledger: a directory, or the URL of a database.
func (r *reader) where() string {
	if url := r.database(); url != "" {
		return url
	}
	return r.text("PITCREW_DATA", "./data")
}

// database does not repeat what is wrong, which may hold a password.
func (r *reader) database() string {
	v := r.env("PITCREW_DATABASE_URL")
	if v != "" && !eventlog.IsURL(v) {
		r.fail("PITCREW_DATABASE_URL is no address of a PostgreSQL database", "write it like postgres://pitcrew@db.example.com/pitcrew, or unset it: then the log is in PITCREW_DATA")
	}
	return v
}

// where is the place of log and ledger.
func (s settings) where() string {
	if s.Database != "" {
		return s.Database
	}
	return s.Data
}

func (r *reader) days(name, def string) time.Duration {
	v := r.text(name, def)
	if n, ok := strings.CutSuffix(v, "d"); ok {
		if days, err := strconv.Atoi(n); err == nil && days >= 0 && days <= 3650 {
			return time.Duration(days) * 24 * time.Hour
		}
	}
	if d, err := time.ParseDuration(v); err == nil && d >= 0 {
		return d
	}
	r.fail(fmt.Sprintf("%s is %q, which is no time", name, v), "write it like 7d or 12h")
	return 0
}

// gap is the time between two writes: 0 where nothing is set, negative where it is none.
func (r *reader) gap(name string) time.Duration {
	v := r.env(name)
	if v == "" {
		return 0
	}
	d, err := time.ParseDuration(v)
	switch {
	case err != nil || d < 0 || d > time.Minute:
		r.fail(fmt.Sprintf("%s is %q, which is no time up to a minute", name, v), "write it like 1s or 250ms; 0 for none; unset it for a second where GitHub has limits")
		return 0
	case d == 0:
		return -1
	}
	return d
}

func (r *reader) appID() int64 {
	const name = "GITHUB_APP_INTEGRATION_ID"
	v := r.env(name)
	id, err := strconv.ParseInt(v, 10, 64)
	switch {
	case v == "":
		r.fail(name+" is not set", "it is the App ID on the App's page in GitHub's settings; see .env.example")
	case err != nil || id <= 0:
		r.fail(fmt.Sprintf("%s is %q, which is no number", name, v), "it is the App ID on the App's page in GitHub's settings")
	}
	return id
}

func (r *reader) key() []byte {
	const name = "GITHUB_APP_PRIVATE_KEY"
	text, file := r.env(name), r.env(name+"_FILE")
	if text == "" && file == "" {
		r.fail(name+" is not set", "set it to the App's private key, or "+name+"_FILE to the path of the .pem file that GitHub gave you")
		return nil
	}
	from := name
	if text == "" {
		from = name + "_FILE (" + file + ")"
		doc, err := os.ReadFile(file)
		if err != nil {
			r.fail(name+"_FILE: "+err.Error(), "set it to the path of the .pem file that GitHub gave you")
			return nil
		}
		text = string(doc)
	}
	if !isRSAKey(strings.ReplaceAll(text, `\n`, "\n")) {
		r.fail(from+" holds no RSA private key", "it begins with -----BEGIN RSA PRIVATE KEY-----; make a new one on the App's page")
	}
	return []byte(strings.ReplaceAll(text, `\n`, "\n"))
}

func isRSAKey(text string) bool {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return false
	}
	if _, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
		return true
	}
	_, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	return err == nil
}

func (r *reader) secrets() [][]byte {
	const name = "GITHUB_APP_WEBHOOK_SECRET"
	var secrets [][]byte
	for _, n := range []string{name, name + "_PREVIOUS"} {
		v := r.env(n)
		if v == "" && n != name {
			continue
		}
		if v == "" {
			r.fail(n+" is not set", "it is the webhook secret of the App, at least 32 bytes: openssl rand -hex 32")
		} else if err := server.CheckSecret([]byte(v)); err != nil {
			r.fail(n+": "+err.Error(), "make one with: openssl rand -hex 32; GitHub takes the new one at once, and "+name+"_PREVIOUS keeps the old one valid meanwhile")
		}
		secrets = append(secrets, []byte(v))
	}
	return secrets
}

// loopback says that only this machine reaches an address.
func loopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
