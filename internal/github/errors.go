package github

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// ErrGone says that GitHub does not know the repository, pull request, release or installation, or may not show it to this
// installation; the two look alike.
// https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api#404-not-found-for-an-existing-resource
var ErrGone = errors.New("not found, or not shown to this installation")

// LimitedError says that nothing may be sent for the installation before Until.
type LimitedError struct{ Until time.Time }

func (e *LimitedError) Error() string {
	return "GitHub's rate limit holds until " + e.Until.UTC().Format("2006-01-02 15:04:05 UTC")
}

// PermissionError says that the App lacks a permission. A person must grant it.
type PermissionError struct {
	Permission string // as GitHub names it in X-Accepted-GitHub-Permissions, or the field that was refused
	Message    string // GitHub's own words
}

func (e *PermissionError) Error() string {
	if e.Permission == "" {
		return e.Message
	}
	return fmt.Sprintf("%s (needs %s)", e.Message, e.Permission)
}

// FailedError says that GitHub answered, but with a failure of its own: what was asked may be right, and may be asked again.
type FailedError struct {
	Status  int    // of HTTP; 200: GraphQL failed inside its answer
	Type    string // GraphQL's, as RESOURCE_LIMITS_EXCEEDED; else empty
	Message string // GitHub's own words
}

func (e *FailedError) Error() string {
	if e.Status == http.StatusOK {
		return "GraphQL answered: " + strings.TrimSpace(e.Type+" "+e.Message)
	}
	return fmt.Sprintf("GitHub answered %d: %s", e.Status, e.Message)
}
