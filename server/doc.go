// Package server is the HTTP edge: what GitHub, people and supervisors reach, each on an address of its own.
//
//   - Hook takes GitHub's webhooks. It promises that what it answered with 2xx is on disk.
//   - Pages shows people what happens and why; see page.go.
//   - Health tells a supervisor whether the program lives, and whether it wants deliveries.
//   - Edge listens, serves, and drains: not ready, no new deliveries, what is in hand is finished, and then the end.
//
// Nothing here decides anything about a pull request: a delivery becomes an append to the log, a page is a view of it.
package server
