package github

import (
	"bytes"

	"github.com/palantir/go-githubapp/githubapp"
)

// use makes clients with a private key from now on. Those that there are go on with their tokens.
func (c *Client) use(key []byte) {
	o := c.opts
	c.key = key
	c.creator = githubapp.NewClientCreator(o.V3URL, o.V4URL, o.AppID, key,
		githubapp.WithClientUserAgent(o.UserAgent), githubapp.WithClientTimeout(callTimeout),
		githubapp.WithTransport(&tokenTransport{next: o.Transport, now: o.Now, appID: o.AppID, key: key}))
}

// rekey reads the private key again, since GitHub has refused what was made with it, and takes it if it is another one.
// What cannot be read or is no key changes nothing: the file may be half written, and is read again at the next refusal.
func (c *Client) rekey() {
	if c.opts.KeyAgain == nil {
		return
	}
	key, err := c.opts.KeyAgain()
	if err == nil {
		_, err = parseKey(key)
	}
	if err != nil {
		c.opts.Log.Warn().Err(err).Msg("GitHub refuses the App's private key, and there is no other one")
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if bytes.Equal(key, c.key) {
		return
	}
	c.use(key)
	for _, in := range c.installs {
		in.client = nil
	}
	c.opts.Log.Info().Msg("the App's private key was replaced")
}
