package contract

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// versions are GitHub's API versions that answer today. An unknown one is
// answered 400, one that is no longer supported 410.
// https://docs.github.com/rest/about-the-rest-api/api-versions
var versions = []string{"2022-11-28", "2026-03-10"}

// https://docs.github.com/rest/using-the-rest-api/getting-started-with-the-rest-api#media-types
var mediaType = regexp.MustCompile(`^(\*/\*|application/json|application/vnd\.github(\.[a-z0-9-]+)*(\+json)?)$`)

var (
	jsonWebToken = regexp.MustCompile(`^eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$`)
	accessToken  = regexp.MustCompile(`^[A-Za-z0-9_.-]{8,}$`)
)

// public are the operations that answer to anybody.
var public = []string{"/meta", "/app-manifests/{code}/conversions"}

// headerFaults judges the headers that GitHub asks of every request; rt is nil
// for GraphQL.
func headerFaults(req *http.Request, rt *route) []error {
	var found []error
	if req.Header.Get("User-Agent") == "" {
		found = append(found, fmt.Errorf("header User-Agent is missing; GitHub answers 403"))
	}
	found = append(found, versionFaults(req)...)
	if err := authorizationFault(req, rt); err != nil {
		found = append(found, err)
	}
	return found
}

func versionFaults(req *http.Request) []error {
	var found []error
	version := req.Header.Get("X-GitHub-Api-Version")
	if version != "" && !slices.Contains(versions, version) {
		found = append(found, fmt.Errorf("header X-GitHub-Api-Version %q is none of %s", version, strings.Join(versions, ", ")))
	}
	vendor := false
	for _, accept := range req.Header.Values("Accept") {
		for one := range strings.SplitSeq(accept, ",") {
			one, _, _ = strings.Cut(one, ";")
			one = strings.TrimSpace(one)
			vendor = vendor || strings.HasPrefix(one, "application/vnd.github")
			if !mediaType.MatchString(one) {
				found = append(found, fmt.Errorf("header Accept %q is no media type of GitHub's API", one))
			}
		}
	}
	if version == "" && !vendor && !isGraphQL(req) {
		found = append(found, fmt.Errorf("neither X-GitHub-Api-Version nor an Accept of application/vnd.github+json: the version is left to chance"))
	}
	return found
}

// authorizationFault judges the form of the credentials, never their value.
// https://docs.github.com/rest/authentication/authenticating-to-the-rest-api
func authorizationFault(req *http.Request, rt *route) error {
	value := req.Header.Get("Authorization")
	scheme, token, _ := strings.Cut(value, " ")
	app := rt != nil && asApp(rt)
	switch isJWT := jsonWebToken.MatchString(token); {
	case value == "" && rt != nil && slices.Contains(public, rt.template):
		return nil
	case value == "":
		return fmt.Errorf("header Authorization is missing")
	case !strings.EqualFold(scheme, "Bearer") && !strings.EqualFold(scheme, "token"):
		return fmt.Errorf("header Authorization has the scheme %q, not Bearer or token", scheme)
	case app && !isJWT:
		return fmt.Errorf("header Authorization of an operation of the App is no JWT")
	case app && !strings.EqualFold(scheme, "Bearer"):
		return fmt.Errorf("header Authorization with a JWT has the scheme %q, not Bearer", scheme)
	case !app && isJWT:
		return fmt.Errorf("header Authorization is the App's JWT; this operation wants an installation's token")
	case !accessToken.MatchString(token):
		return fmt.Errorf("header Authorization is no token")
	}
	return nil
}
