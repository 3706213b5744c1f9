package github

import "net/http"

// Transport is the way to GitHub: Go's own, which keeps as many connections as one copy of the program may have requests under
// way. Go keeps two of each host, and a server that speaks no HTTP/2 would be connected to anew for most requests.
func Transport() http.RoundTripper {
	t, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return http.DefaultTransport
	}
	t = t.Clone()
	t.MaxIdleConnsPerHost = maxFlying
	return t
}
