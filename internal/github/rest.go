package github

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/bradleyfalzon/ghinstallation/v2"
)

// reply is what GitHub answered, whatever the status.
type reply struct {
	Status int
	Header http.Header
	Body   []byte
}

// maxReply bounds what is read of an answer.
const maxReply = 32 << 20

func (r reply) ok() bool { return r.Status >= 200 && r.Status < 300 }

// message is GitHub's own text with the details that it gives, for people and for telling replies of one status apart.
func (r reply) message() string {
	var said struct {
		Message string            `json:"message"`
		Errors  []json.RawMessage `json:"errors"`
	}
	if json.Unmarshal(r.Body, &said) != nil || said.Message == "" {
		return http.StatusText(r.Status)
	}
	parts := []string{said.Message}
	for _, raw := range said.Errors {
		if detail := errorText(raw); detail != "" {
			parts = append(parts, detail)
		}
	}
	return strings.Join(parts, "; ")
}

// errorText is one of the errors: a text, or an object with a message or with field and code.
func errorText(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	var e struct{ Resource, Field, Code, Message string }
	if json.Unmarshal(raw, &e) != nil {
		return ""
	}
	if e.Message != "" {
		return e.Message
	}
	return strings.TrimSpace(e.Field + " " + e.Code)
}

// next is the address of the next page; empty on the last.
func (r reply) next() string {
	for _, link := range strings.Split(r.Header.Get("Link"), ",") {
		if address, rel, ok := strings.Cut(link, ";"); ok && strings.Contains(rel, `rel="next"`) {
			return strings.Trim(strings.TrimSpace(address), "<>")
		}
	}
	return ""
}

// send sends one request for an installation, 0 for the App itself. path is relative to V3URL or the whole address of a next
// page. An error means that no answer came, and that it may have been carried out if it was sent. A token that is not taken
// is asked for anew once: a request that is answered 401 did nothing.
func (c *Client) send(ctx context.Context, inst int64, method, path string, in any) (reply, error) {
	r, err := c.sendOnce(ctx, inst, method, path, in)
	if err == nil && r.Status == http.StatusUnauthorized {
		c.renew(inst)
		r, err = c.sendOnce(ctx, inst, method, path, in)
	}
	c.pulse.note(c.opts.Now(), inst, r, err)
	return r, err
}

func (c *Client) sendOnce(ctx context.Context, inst int64, method, path string, in any) (reply, error) {
	i, err := c.installation(inst)
	if err != nil {
		return reply{}, err
	}
	req, err := i.client.NewRequest(method, path, in)
	if err != nil {
		return reply{}, fmt.Errorf("make request %s %s: %w", method, path, err)
	}
	client := i.client.Client()
	client.CheckRedirect = follow
	resp, err := client.Do(req.WithContext(ctx))
	if err != nil {
		return tokenReply(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, maxReply))
	if err != nil {
		return reply{}, fmt.Errorf("read answer to %s %s: %w", method, path, err)
	}
	return reply{resp.StatusCode, resp.Header, text}.suspended(), nil
}

// suspended turns the refusal of everything while an installation is suspended into nothing being there for us until that
// ends.
// https://docs.github.com/en/apps/maintaining-github-apps/suspending-a-github-app-installation
func (r reply) suspended() reply {
	if r.Status == http.StatusForbidden && says(r.message(), "installation has been suspended") {
		r.Status = http.StatusNotFound
	}
	return r
}

// follow goes to where GitHub sends a request, on the same host, because the token goes along, and as the same method: what
// was to be written must not become a read that looks like success.
// https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#follow-redirects
func follow(req *http.Request, via []*http.Request) error {
	if req.URL.Host != via[0].URL.Host || req.Method != via[0].Method || len(via) > 3 {
		return http.ErrUseLastResponse
	}
	return nil
}

// tokenReply turns GitHub's refusal of an installation token into the answer to the request that needed it, which was not
// sent.
func tokenReply(err error) (reply, error) {
	var refused *ghinstallation.HTTPError
	if !errors.As(err, &refused) || refused.Response == nil {
		return reply{}, err
	}
	resp := refused.Response
	defer resp.Body.Close()
	text, readErr := io.ReadAll(io.LimitReader(resp.Body, maxReply))
	if readErr != nil || resp.StatusCode < 400 {
		return reply{}, err
	}
	r := reply{resp.StatusCode, resp.Header, text}
	if _, limited := r.limit(time.Time{}); resp.StatusCode == http.StatusForbidden && !limited {
		r.Status = http.StatusNotFound // suspended: nothing is there for us until that ends
	}
	return r, nil
}

// get reads one thing.
func (c *Client) get(ctx context.Context, inst int64, path string, into any) error {
	r, err := c.read(ctx, inst, path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(r.Body, into); err != nil {
		return fmt.Errorf("decode answer to GET %s: %w", path, err)
	}
	return nil
}

// read reads one page.
func (c *Client) read(ctx context.Context, inst int64, path string) (reply, error) {
	if err := c.readable(inst); err != nil {
		return reply{}, err
	}
	r, err := c.send(ctx, inst, http.MethodGet, path, nil)
	if err != nil {
		return reply{}, err
	}
	return r, c.check(inst, r)
}

// readable says whether a read may be sent now.
func (c *Client) readable(inst int64) error {
	i, err := c.installation(inst)
	if err != nil {
		return err
	}
	now := c.opts.Now()
	if at := i.limit.Readable(now); at.After(now) {
		return &LimitedError{Until: at}
	}
	return nil
}

// check turns an answer into nil or an error, and takes note of limits.
func (c *Client) check(inst int64, r reply) error {
	if until, limited := c.observe(inst, r); limited {
		return &LimitedError{Until: until}
	}
	switch {
	case r.ok():
		return nil
	case r.Status == http.StatusNotFound || r.Status == http.StatusGone:
		return ErrGone
	case r.Status == http.StatusForbidden:
		return &PermissionError{Permission: r.Header.Get("X-Accepted-GitHub-Permissions"), Message: r.message()}
	}
	return fmt.Errorf("GitHub answered %d: %s", r.Status, r.message())
}

// observe takes note of a limit that an answer tells of, or that none holds.
func (c *Client) observe(inst int64, r reply) (until time.Time, limited bool) {
	i, err := c.installation(inst)
	if err != nil {
		return time.Time{}, false
	}
	now := c.opts.Now()
	until, limited = r.limit(now)
	if !limited {
		if r.ok() {
			i.limit.Succeeded()
		}
		return time.Time{}, false
	}
	until = i.limit.Stop(now, until, r.Header.Get("X-RateLimit-Remaining") == "0")
	c.opts.Log.Warn().Int64("installation", inst).Time("until", until).Int("status", r.Status).Msg("GitHub's rate limit")
	return until, true
}

// limit says whether an answer is the refusal of a rate limit, and until when; zero where it does not say. 403 and 429 are
// told from a missing permission by their headers, or by GitHub's text.
// https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit
func (r reply) limit(now time.Time) (until time.Time, limited bool) {
	if r.Status != http.StatusForbidden && r.Status != http.StatusTooManyRequests {
		return time.Time{}, false
	}
	if after, ok := retryAfter(r.Header.Get("Retry-After"), now); ok {
		return after, true
	}
	if reset, err := strconv.ParseInt(r.Header.Get("X-RateLimit-Reset"), 10, 64); err == nil && r.Header.Get("X-RateLimit-Remaining") == "0" {
		return time.Unix(reset, 0).UTC(), true
	}
	text := strings.ToLower(r.message())
	limited = r.Status == http.StatusTooManyRequests || strings.Contains(text, "rate limit") || strings.Contains(text, "abuse detection")
	return time.Time{}, limited
}

// retryAfter reads seconds or a date.
func retryAfter(value string, now time.Time) (time.Time, bool) {
	if seconds, err := strconv.Atoi(value); err == nil {
		return now.Add(time.Duration(seconds) * time.Second), true
	}
	at, err := http.ParseTime(value)
	return at, err == nil
}
