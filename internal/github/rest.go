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
	c.pulse.note(c.opts.Now(), r, err)
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
	if path == c.opts.V4URL {
		req.Header.Set("Accept", previews)
	}
	i.limit.enter()
	r, err := exchange(i.client.Client(), req.WithContext(ctx))
	i.limit.leave(c.opts.Now(), r, err)
	return r, err
}

func exchange(client *http.Client, req *http.Request) (reply, error) {
	client.CheckRedirect = follow
	resp, err := client.Do(req)
	if err != nil {
		return tokenReply(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, maxReply))
	if err != nil {
		return reply{}, fmt.Errorf("read answer to %s %s: %w", req.Method, req.URL.Path, err)
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
	if _, _, limited := r.limit(time.Time{}); resp.StatusCode == http.StatusForbidden && !limited {
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
	if err := c.admit(ctx, inst, resourceOf(path)); err != nil {
		return reply{}, err
	}
	r, err := c.send(ctx, inst, http.MethodGet, path, nil)
	if err != nil {
		return reply{}, err
	}
	return r, c.check(ctx, inst, r)
}

// once sends a write of the App itself that needs no slot.
func (c *Client) once(ctx context.Context, method, path string) error {
	i, err := c.installation(0)
	if err != nil {
		return err
	}
	now := c.opts.Now()
	at, err := i.limit.Once(ctx, now, writer{lane: laneOptional, res: resourceCore})
	switch {
	case err != nil:
		return err
	case at.After(now):
		return &LimitedError{Until: at}
	}
	r, err := c.send(ctx, 0, method, path, nil)
	if err != nil {
		return err
	}
	return c.check(ctx, 0, r)
}

func resourceOf(path string) resource {
	if strings.HasPrefix(path, "search/") {
		return resourceSearch
	}
	return resourceCore
}

// admit says whether a read may be sent now.
func (c *Client) admit(ctx context.Context, inst int64, res resource) error {
	i, err := c.installation(inst)
	if err != nil {
		return err
	}
	now := c.opts.Now()
	at, err := i.limit.Admit(ctx, now, res, laneOfRead(ctx))
	if err == nil && at.After(now) {
		err = &LimitedError{Until: at}
	}
	return err
}

// check turns an answer into nil or an error, and takes note of limits.
func (c *Client) check(ctx context.Context, inst int64, r reply) error {
	if until, limited := c.observe(ctx, inst, r); limited {
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
	return &FailedError{Status: r.Status, Message: r.message()}
}

// observe takes note of a limit that an answer tells of.
func (c *Client) observe(ctx context.Context, inst int64, r reply) (until time.Time, limited bool) {
	now := c.opts.Now()
	until, scope, limited := r.limit(now)
	if !limited {
		return time.Time{}, false
	}
	return c.stop(ctx, inst, now, until, scope), true
}

// stop keeps an installation quiet. What cannot be written down holds for the caller alone: the next request is told again.
func (c *Client) stop(ctx context.Context, inst int64, now, until time.Time, scope resource) time.Time {
	i, err := c.installation(inst)
	if err != nil {
		return now.Add(time.Minute)
	}
	until, err = i.limit.Stop(context.WithoutCancel(ctx), now, until, scope)
	c.opts.Log.Warn().Err(err).Int64("installation", inst).Time("until", until).Str("limit", string(scope)).Msg("GitHub's rate limit")
	return until
}

// limit says whether an answer is the refusal of a rate limit, of what, and until when; zero where it does not say. 403 and
// 429 are told from a missing permission by their headers, or by GitHub's text.
// https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit
func (r reply) limit(now time.Time) (until time.Time, scope resource, limited bool) {
	if r.Status != http.StatusForbidden && r.Status != http.StatusTooManyRequests {
		return time.Time{}, "", false
	}
	if after, ok := retryAfter(r.Header.Get("Retry-After"), now.Add(-ahead(r.Header, now))); ok {
		return after.Add(ahead(r.Header, now)), all, true
	}
	if told, ok := limitOf(r.Header, now); ok && told.Remaining == 0 {
		return renewal(told.Reset.Unix()), resource(told.Name), true
	}
	if r.Status == http.StatusTooManyRequests || says(r.message(), "rate limit", "abuse detection") {
		return time.Time{}, all, true
	}
	return time.Time{}, "", false
}

// retryAfter reads seconds or a date.
func retryAfter(value string, now time.Time) (time.Time, bool) {
	if seconds, err := strconv.Atoi(value); err == nil {
		return now.Add(time.Duration(seconds) * time.Second), true
	}
	at, err := http.ParseTime(value)
	return at, err == nil
}
