package github

import (
	"errors"
	"fmt"
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
