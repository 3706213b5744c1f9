package cli

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/pitcrew-app/pitcrew/handlers"
	"github.com/pitcrew-app/pitcrew/internal/eventlog"
)

// hookConfig is the App's webhook as GitHub has it.
// https://docs.github.com/en/rest/apps/webhooks#get-a-webhook-configuration-for-an-app
type hookConfig struct {
	URL         string `json:"url"`
	ContentType string `json:"content_type"`
	InsecureSSL any    `json:"insecure_ssl"` // "0", and a number on some servers
	Secret      string `json:"secret"`       // stars
}

// onAppPage is where most of what is wrong with the webhook is put right.
const onAppPage = "on the App's page under General, Webhook"

// checkWebhook looks at where deliveries are sent.
func checkWebhook(ctx context.Context, p *patient) []finding {
	g, no := p.app(ctx)
	if no != nil {
		return no
	}
	var hook hookConfig
	if _, err := ask(ctx, g.client, "app/hook/config", &hook); err != nil {
		return wrong(fmt.Sprintf("the App has no webhook that GitHub would show: %v", err), "make it active "+onAppPage)
	}
	var found []finding
	tell := func(says, do string) { found = append(found, wrong(says, do)...) }
	u, err := url.Parse(hook.URL)
	switch {
	case hook.URL == "" || err != nil || u.Host == "":
		tell("the webhook has no address", "set it to https://YOUR-HOST/hooks/github "+onAppPage)
	case u.Scheme != "https" && !loopback(hostPort(u)):
		tell("the webhook's address is "+hook.URL+": what is private would travel in the clear", "put TLS before it; docs/install.md, “A reverse proxy”")
	}
	if hook.ContentType != "json" {
		tell("the webhook's content type is "+hook.ContentType, "choose application/json "+onAppPage)
	}
	if fmt.Sprint(hook.InsecureSSL) != "0" {
		tell("GitHub does not verify the certificate of "+hook.URL, "enable SSL verification "+onAppPage)
	}
	if hook.Secret == "" {
		tell("the webhook has no secret, so that every delivery is answered 401", "set it to GITHUB_APP_WEBHOOK_SECRET "+onAppPage)
	}
	if len(found) > 0 {
		return found
	}
	return healthy("deliveries are sent to %s", hook.URL)
}

// sent is a delivery that GitHub tried.
// https://docs.github.com/en/rest/apps/webhooks#list-deliveries-for-an-app-webhook
type sent struct {
	GUID   string    `json:"guid"`
	At     time.Time `json:"delivered_at"`
	Event  string    `json:"event"`
	Status string    `json:"status"`
	Code   int       `json:"status_code"`
}

func (d sent) ok() bool { return d.Code >= 200 && d.Code < 300 }

func (g *answers) deliveries(ctx context.Context) ([]sent, error) {
	var newest []sent
	_, err := ask(ctx, g.client, "app/hook/deliveries?per_page=30", &newest)
	return newest, err
}

// sendOne is how somebody sends a delivery to see whether it arrives.
const sendOne = "send one: push a commit, or on the App's page under Advanced, Redeliver"

// checkDeliveries sees how the newest deliveries went, by what GitHub was answered.
func checkDeliveries(ctx context.Context, p *patient) []finding {
	g, no := p.app(ctx)
	if no != nil {
		return no
	}
	newest, err := g.deliveries(ctx)
	if err != nil {
		return wrong(fmt.Sprintf("list deliveries: %v", err), "")
	}
	if len(newest) == 0 {
		return skipped("GitHub has sent nothing in the last days", sendOne)
	}
	failed := 0
	for _, d := range newest {
		if !d.ok() {
			failed++
		}
	}
	last := newest[0]
	if last.ok() {
		if failed > 0 {
			return healthy("the newest arrived (%s, %s); %d of the %d before it did not, and are asked for again", last.Event, last.At.Format("2006-01-02 15:04 MST"), failed, len(newest)-1)
		}
		return healthy("the newest %d arrived, the last at %s", len(newest), last.At.Format("2006-01-02 15:04 MST"))
	}
	return wrong(fmt.Sprintf("the newest delivery (%s, %s) failed: %s; so did %d of the newest %d", last.Event, last.At.Format("2006-01-02 15:04 MST"), last.says(), failed, len(newest)),
		last.remedy()+"; then Redeliver it on the App's page under Advanced")
}

func (d sent) says() string {
	if d.Code == 0 {
		return "no answer, " + d.Status
	}
	return fmt.Sprintf("answered %d %s", d.Code, http.StatusText(d.Code))
}

// remedy is what helps most often, by what GitHub was answered.
func (d sent) remedy() string {
	switch d.Code {
	case 0:
		return "GitHub cannot reach the webhook's address: check its name, the firewall, the certificate, and that the proxy runs"
	case http.StatusUnauthorized:
		return "the secrets differ: set the webhook's secret on the App's page to GITHUB_APP_WEBHOOK_SECRET"
	case http.StatusNotFound, http.StatusMethodNotAllowed:
		return "the webhook's address must end in /hooks/github, and the proxy must pass that path on unchanged"
	case http.StatusRequestEntityTooLarge:
		return "let the proxy pass bodies of 25 MB (nginx: client_max_body_size 25m)"
	case http.StatusUnsupportedMediaType:
		return "choose application/json as the webhook's content type on the App's page"
	case http.StatusServiceUnavailable:
		return "the log could not be written, or the proxy found no pitcrew: see data, and /readyz"
	case http.StatusBadGateway, http.StatusGatewayTimeout:
		return "the proxy does not reach pitcrew: check that serve runs and that the proxy uses the port of PITCREW_ADDR"
	}
	if d.Code >= 300 && d.Code < 400 {
		return "GitHub follows no redirects: set the webhook's address to the one that answers"
	}
	return "see that delivery's response on the App's page under Advanced"
}

// checkArrivals looks for what GitHub delivered in the log of this data directory.
func checkArrivals(ctx context.Context, p *patient) []finding {
	log, found := openLog(p)
	if log == nil {
		return found
	}
	defer log.Close() //nolint:errcheck // it was only read
	if g, no := p.app(ctx); no == nil {
		if lost := strayed(ctx, g, log); lost != nil {
			return lost
		}
	}
	newest, err := log.Events(ctx, eventlog.Query{Source: handlers.SourceGitHub, Desc: true, Limit: 1})
	if err != nil {
		return wrong(err.Error(), "")
	}
	if len(newest) == 0 {
		return skipped("no delivery is in the log yet", sendOne)
	}
	says := "the newest is in the log: " + newest[0].Kind + ", " + newest[0].Received.Format("2006-01-02 15:04 MST")
	pings, err := log.Events(ctx, eventlog.Query{Source: handlers.SourceGitHub, Kinds: []string{"ping"}, Desc: true, Limit: 1})
	if err == nil && len(pings) == 1 && pings[0].Seq != newest[0].Seq {
		says += "; GitHub's ping came at " + pings[0].Received.Format("2006-01-02 15:04 MST")
	}
	return healthy("%s", says)
}

// strayed is said of a delivery that somebody accepted and that is not in our log.
func strayed(ctx context.Context, g *answers, log *eventlog.DB) []finding {
	newest, err := g.deliveries(ctx)
	if err != nil {
		return nil
	}
	for _, d := range newest {
		if !d.ok() {
			continue
		}
		if has, err := log.Has(ctx, d.GUID); err != nil {
			return wrong(err.Error(), "")
		} else if !has {
			return wrong(fmt.Sprintf("somebody accepted delivery %s (%s), and it is not in the log of this PITCREW_DATA", d.GUID, d.Event),
				"is the webhook's address this pitcrew, and PITCREW_DATA the directory that its serve uses?")
		}
		break
	}
	return nil
}
