package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/pitcrew-app/pitcrew/server"
)

// askServer has the server that runs here do what a wish asks for, through its pages.
func askServer(ctx context.Context, a *app, w server.PauseWish) (server.PauseAnswer, error) {
	r := &reader{env: a.env}
	addr := here(r.addr("PITCREW_PAGES_ADDR", "127.0.0.1:8081"))
	if r.err != nil {
		return server.PauseAnswer{}, r.err
	}
	body, err := json.Marshal(w)
	if err != nil {
		return server.PauseAnswer{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, serverAnswers)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+addr+"/api/pauses", bytes.NewReader(body))
	if err != nil {
		return server.PauseAnswer{}, err
	}
	req.Header.Set("Content-Type", "application/json")
	if token := a.env("PITCREW_PAGES_TOKEN"); token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return server.PauseAnswer{}, usageError{fmt.Sprintf("a server has PITCREW_DATA open, and its pages do not answer at %s: %v", addr, err), "set PITCREW_PAGES_ADDR and PITCREW_PAGES_TOKEN as they are for that server"}
	}
	defer resp.Body.Close() //nolint:errcheck // it was read
	return readAnswer(resp)
}

// serverAnswers is how long a server may take.
const serverAnswers = 30 * time.Second

func readAnswer(resp *http.Response) (server.PauseAnswer, error) {
	var answer struct {
		server.PauseAnswer
		Error, Hint string
	}
	err := json.NewDecoder(resp.Body).Decode(&answer)
	switch {
	case resp.StatusCode == http.StatusUnauthorized:
		return answer.PauseAnswer, usageError{"the server's pages want a token, and there is none here, or another one", "set PITCREW_PAGES_TOKEN as it is for that server"}
	case resp.StatusCode != http.StatusOK && answer.Error != "":
		return answer.PauseAnswer, usageError{answer.Error, answer.Hint}
	case resp.StatusCode != http.StatusOK || err != nil:
		return answer.PauseAnswer, usageError{fmt.Sprintf("the server's pages answered %s, which is no answer of this version", resp.Status), "is PITCREW_PAGES_ADDR that of pitcrew serve, and is it of the same version?"}
	}
	return answer.PauseAnswer, nil
}

// here is an address on which a server listens, as this machine reaches it.
func here(addr string) string {
	host, port, _ := net.SplitHostPort(addr)
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}
