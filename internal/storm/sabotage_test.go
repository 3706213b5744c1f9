package storm

import (
	"bytes"
	"crypto/rand"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/rs/zerolog"
)

// Each invariant fails where the defence that keeps it is taken away.
func TestTheOracleNotices(t *testing.T) {
	for name, c := range map[string]struct {
		seed      uint64 // the first that is played: it is known to do
		invariant string
		words     string
		between   func() between
	}{
		"reviews that ask for changes read as approvals": {52, "I1", "changes are requested", func() between {
			return between{github: answers(func(r *http.Request, body []byte) []byte {
				return bytes.ReplaceAll(body, []byte(`"CHANGES_REQUESTED"`), []byte(`"APPROVED"`))
			})}
		}},
		"webhooks are answered before they are in the log": {1, "I2", "0 times", func() between {
			n := 0
			return between{hooks: func(to http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if n++; n%5 == 0 {
						w.WriteHeader(http.StatusAccepted)
						return
					}
					to.ServeHTTP(w, r)
				})
			}}
		}},
		"every write is sent twice": {1, "I3", "check runs of ours", func() between {
			return between{github: func(to http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					body, _ := io.ReadAll(r.Body)
					if r.Method != http.MethodGet && !strings.HasSuffix(r.URL.Path, "/graphql") && !strings.Contains(r.URL.Path, "/app/") {
						again := r.Clone(r.Context())
						again.Body = io.NopCloser(bytes.NewReader(body))
						to.ServeHTTP(httptest.NewRecorder(), again)
					}
					r.Body = io.NopCloser(bytes.NewReader(body))
					to.ServeHTTP(w, r)
				})
			}}
		}},
		"requests for a review never arrive": {3, "I4", "nobody was asked", func() between { return between{github: refuses("/requested_reviewers")} }},
		"merges never arrive":                {1, "I4", "not merged", func() between { return between{github: refuses("/merge")} }},
		"a repository that is only observed reads as one that is not": {7, "I5", "only observed", func() between {
			return between{github: answers(func(r *http.Request, body []byte) []byte {
				return bytes.ReplaceAll(body, []byte(`observe: true`), []byte(`observe: false`))
			})}
		}},
		"limits read as failures": {10, "I6", "before the time", func() between {
			return between{github: func(to http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					rec := httptest.NewRecorder()
					to.ServeHTTP(rec, r)
					for k, v := range rec.Header() {
						w.Header()[k] = v
					}
					if rec.Header().Get("Retry-After") != "" {
						rec.Code, rec.Body = http.StatusInternalServerError, bytes.NewBufferString("{}")
					}
					w.WriteHeader(rec.Code)
					w.Write(rec.Body.Bytes())
				})
			}}
		}},
		"tokens of people are drawn anew each time": {1, "I10", "the log is another", func() between { return between{rand: rand.Reader} }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for seed := c.seed; seed < c.seed+60; seed++ {
				r, err := play(t.Context(), Draw(seed), zerolog.Nop(), c.between())
				if err != nil {
					continue // whoever is lied to may go round in circles
				}
				if c.invariant == "I10" {
					again, err := play(t.Context(), Draw(seed), zerolog.Nop(), c.between())
					if err == nil {
						r.Violations = append(r.Violations, r.unlike(again)...)
					}
				}
				for _, v := range r.Violations {
					if v.Invariant == c.invariant && strings.Contains(v.Why, c.words) {
						t.Logf("seed %d: %s", seed, v)
						return
					}
				}
			}
			t.Errorf("%s was not seen to fail", c.invariant)
		})
	}
}

// answers changes what GitHub answers.
func answers(change func(*http.Request, []byte) []byte) func(http.Handler) http.Handler {
	return func(to http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			rec := httptest.NewRecorder()
			to.ServeHTTP(rec, r)
			for k, v := range rec.Header() {
				w.Header()[k] = v
			}
			w.WriteHeader(rec.Code)
			w.Write(change(r, rec.Body.Bytes()))
		})
	}
}

// refuses answers 500 to what is written to paths with such an end.
func refuses(end string) func(http.Handler) http.Handler {
	return func(to http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method != http.MethodGet && strings.HasSuffix(r.URL.Path, end) {
				http.Error(w, "{}", http.StatusInternalServerError)
				return
			}
			to.ServeHTTP(w, r)
		})
	}
}
