package ghsim

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
)

var appRoutes = []route{
	{method: "GET", path: "/app", auth: "app", run: func(q *request) (int, any, *apiError) {
		o := q.s.appJSON(q.who.app)
		o["installations_count"] = len(q.s.installationsOf(q.who.app))
		return done(o, nil)
	}},
	{method: "GET", path: "/app/installations", auth: "app", run: listInstallations},
	{method: "GET", path: "/app/installations/{id}", auth: "app", run: getInstallation},
	{method: "POST", path: "/app/installations/{id}/access_tokens", auth: "app", fault: "token", body: "repositories repository_ids permissions", run: postToken},
	{method: "GET", path: "/repos/{owner}/{repo}/installation", auth: "app", run: getRepoInstallation},
	{method: "GET", path: "/orgs/{org}/installation", auth: "app", run: getOrgInstallation},
	{method: "GET", path: "/app/hook/config", auth: "app", run: func(q *request) (int, any, *apiError) {
		return done(object{"content_type": "json", "insecure_ssl": "0", "secret": "********", "url": q.s.hookURL(q.who.app)}, nil)
	}},
	{method: "GET", path: "/app/hook/deliveries", auth: "app", fault: "deliveries", run: listDeliveries},
	{method: "GET", path: "/app/hook/deliveries/{id}", auth: "app", run: getDelivery},
	{method: "POST", path: "/app/hook/deliveries/{id}/attempts", auth: "app", fault: "redeliver", run: postAttempt},
	{method: "GET", path: "/installation/repositories", need: []string{"metadata:read"}, run: listInstalledRepos},
	{method: "DELETE", path: "/installation/token", run: func(q *request) (int, any, *apiError) {
		delete(q.s.tokens, q.who.token.text)
		return http.StatusNoContent, nil, nil
	}},
	{method: "GET", path: "/meta", auth: "none", run: func(q *request) (int, any, *apiError) {
		return done(object{"verifiable_password_authentication": true, "hooks": []any{"127.0.0.0/8"}, "web": []any{"127.0.0.0/8"}, "api": []any{"127.0.0.0/8"}}, nil)
	}},
	{method: "GET", path: "/rate_limit", run: getRateLimit},
}

func (s *Sim) installationsOf(a *app) []*installation {
	var all []*installation
	for _, i := range s.w.installs {
		if i.app == a && !i.deleted {
			all = append(all, i)
		}
	}
	return all
}

func listInstallations(q *request) (int, any, *apiError) {
	return done(list(page(q, q.s.installationsOf(q.who.app)), q.s.installationJSON), nil)
}

func (q *request) installation() (*installation, *apiError) {
	for _, i := range q.s.installationsOf(q.who.app) {
		if i.id == q.id() {
			return i, nil
		}
	}
	return nil, notFound()
}

func getInstallation(q *request) (int, any, *apiError) {
	i, e := q.installation()
	if e != nil {
		return 0, nil, e
	}
	return done(q.s.installationJSON(i), nil)
}

func postToken(q *request) (int, any, *apiError) {
	i, e := q.installation()
	if e != nil {
		return 0, nil, e
	}
	in := tokenInput{Form: q.r.Header.Get("X-GitHub-Stateless-S2S-Token")}
	if e := q.decode(&in); e != nil {
		return 0, nil, e
	}
	t, e := q.s.mintToken(i, in)
	if e != nil {
		return 0, nil, e
	}
	perms := object{}
	for k, v := range t.permissions {
		perms[k] = v
	}
	o := object{"token": t.text, "expires_at": stamp(t.expires), "permissions": perms, "repository_selection": q.s.installationJSON(i)["repository_selection"]}
	if t.repos != nil {
		o["repository_selection"] = "selected"
		o["repositories"] = list(q.s.reposOf(&caller{app: i.app, inst: i, token: t}), q.s.repoJSON)
	}
	return http.StatusCreated, o, nil
}

// reposOf are the repositories of an installation that a token reaches.
func (s *Sim) reposOf(c *caller) []*repo {
	var all []*repo
	for _, r := range s.w.repos {
		if c.inst.covers(r) && (c.token.repos == nil || c.token.repos[r.id]) {
			all = append(all, r)
		}
	}
	return all
}

func getRepoInstallation(q *request) (int, any, *apiError) {
	r := q.s.findRepo(q.vars["owner"], q.vars["repo"])
	for _, i := range q.s.installationsOf(q.who.app) {
		if r != nil && i.covers(r) {
			return done(q.s.installationJSON(i), nil)
		}
	}
	return 0, nil, notFound()
}

func getOrgInstallation(q *request) (int, any, *apiError) {
	for _, i := range q.s.installationsOf(q.who.app) {
		if equalFold(i.account.login, q.vars["org"]) {
			return done(q.s.installationJSON(i), nil)
		}
	}
	return 0, nil, notFound()
}

func listInstalledRepos(q *request) (int, any, *apiError) {
	if q.who.inst == nil {
		return 0, nil, forbidden("")
	}
	all := q.s.reposOf(q.who)
	selection := q.s.installationJSON(q.who.inst)["repository_selection"]
	return done(object{"total_count": len(all), "repository_selection": selection, "repositories": list(page(q, all), func(r *repo) object {
		o := q.s.repoJSON(r)
		o["permissions"] = q.s.permissionsJSON(r, q.who)
		return o
	})}, nil)
}

func deliveryJSON(d *delivery) object {
	o := object{"id": d.id, "guid": d.guid, "delivered_at": stamp(d.sent), "redelivery": d.redelivery, "duration": d.took.Seconds(),
		"status": d.status, "status_code": d.code, "event": d.event, "action": orNull(d.action), "installation_id": nil, "repository_id": nil, "throttled_at": stamp(d.throttled)}
	if d.inst != 0 {
		o["installation_id"] = d.inst
	}
	if d.repo != 0 {
		o["repository_id"] = d.repo
	}
	return o
}

// listDeliveries lists newest first; cursor is the delivery to go on after.
// https://docs.github.com/rest/apps/webhooks#list-deliveries-for-an-app-webhook
func listDeliveries(q *request) (int, any, *apiError) {
	size := min(q.query.number("per_page", 30), 100)
	status := q.query.oneOf("status", "", "success", "failure")
	after, _ := strconv.ParseInt(q.query.Get("cursor"), 10, 64) // none: from the newest
	var hits []*delivery
	past := after == 0
	log := q.s.kept()
	for i := len(log) - 1; i >= 0; i-- {
		d := log[i]
		ok := d.code >= 200 && d.code < 400
		if past && q.s.appOf(d) == q.who.app && (status == "" || (status == "success") == ok) {
			hits = append(hits, d)
		}
		past = past || d.id == after
	}
	if len(hits) > size {
		hits = hits[:size]
		v := q.r.URL.Query()
		v.Set("cursor", itoa(hits[size-1].id))
		q.head.Set("Link", fmt.Sprintf("<%s?%s>; rel=\"next\"", q.linkBase(), v.Encode()))
	}
	return done(list(hits, deliveryJSON), nil)
}

func (q *request) delivery() (*delivery, *apiError) {
	for _, d := range q.s.kept() {
		if d.id == q.id() && q.s.appOf(d) == q.who.app {
			return d, nil
		}
	}
	return nil, notFound()
}

func getDelivery(q *request) (int, any, *apiError) {
	d, e := q.delivery()
	if e != nil {
		return 0, nil, e
	}
	headers := object{}
	for k, v := range hookHeaders(d, q.who.app) {
		headers[k] = v
	}
	o := deliveryJSON(d)
	o["url"] = q.s.hookURL(q.who.app)
	o["request"] = object{"headers": headers, "payload": json.RawMessage(d.payload)}
	o["response"] = object{"headers": object{}, "payload": orNull(d.response)}
	return done(o, nil)
}

// postAttempt sends a delivery again, with the same guid.
func postAttempt(q *request) (int, any, *apiError) {
	d, e := q.delivery()
	if e != nil {
		return 0, nil, e
	}
	q.s.send(&delivery{guid: d.guid, event: d.event, action: d.action, payload: d.payload, inst: d.inst, repo: d.repo, redelivery: true})
	return http.StatusAccepted, object{}, nil
}
