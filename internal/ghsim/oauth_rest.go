package ghsim

import "net/http"

// userRoutes are what an App does with the tokens of people who signed in with it, and with the code of its registration.
var userRoutes = []route{
	{method: "POST", path: "/applications/{client}/token", auth: "none", body: "access_token", run: onUserToken(checkUserToken)},
	{method: "DELETE", path: "/applications/{client}/token", auth: "none", body: "access_token", run: onUserToken(deleteUserToken)},
	{method: "POST", path: "/app-manifests/{code}/conversions", auth: "none", run: convertManifest},
}

// onUserToken wraps an operation of an App on a token of one of its users: the App signs in by client id and secret.
// https://docs.github.com/rest/apps/oauth-applications#check-a-token
func onUserToken(run func(*request, *token) (int, any, *apiError)) func(*request) (int, any, *apiError) {
	return func(q *request) (int, any, *apiError) {
		id, secret, _ := q.r.BasicAuth()
		a := q.s.clientNamed(id)
		if a == nil || id != q.vars["client"] || secret != a.clientSecret() {
			return 0, nil, notFound()
		}
		var in struct {
			AccessToken string `json:"access_token"`
		}
		if e := q.decode(&in); e != nil {
			return 0, nil, e
		}
		t := q.s.tokens[in.AccessToken]
		if t == nil || t.app != a || !t.expires.After(q.s.clock()) {
			return 0, nil, notFound()
		}
		return run(q, t)
	}
}

func checkUserToken(q *request, t *token) (int, any, *apiError) {
	a := t.app
	made := t.expires.Add(-userLife)
	return done(object{"id": a.id, "url": q.s.base + "/applications/" + a.clientID() + "/token", "scopes": []any{}, "token": t.text,
		"token_last_eight": t.text[len(t.text)-8:], "hashed_token": nil, "app": object{"name": a.name, "url": q.s.base + "/apps/" + a.slug, "client_id": a.clientID()},
		"note": nil, "note_url": nil, "created_at": stamp(made), "updated_at": stamp(made), "fingerprint": nil, "expires_at": stamp(t.expires),
		"user": q.s.user(t.user)}, nil)
}

func deleteUserToken(q *request, t *token) (int, any, *apiError) {
	delete(q.s.tokens, t.text)
	return http.StatusNoContent, nil, nil
}
