package github

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func after(seconds float64) time.Time { return noon.Add(time.Duration(seconds * float64(time.Second))) }

// A script of calls at seconds after noon. A writer whose name begins with that of a lane writes there; ana, bob, cat and dan
// ask for reviews.
func TestLimiter(t *testing.T) {
	for _, tt := range []struct{ name, script, want string }{
		{"the first goes at once", "0 ana", "0"},
		{"a second between writes", "0 ana; 0 bob; 0.5 cat", "0 1 2"},
		{"the gap is over", "0 ana; 1 bob; 5 cat", "0 1 5"},
		{"a slot is kept", "0 ana; 0 bob; 0 cat; 1 bob; 1 dan; 2 cat", "0 1 2 1 3 2"},
		{"asking again earlier gives the same slot", "0 ana; 0 bob; 0 cat; 0.4 bob; 0.5 cat", "0 1 2 1 2"},
		{"a slot that nobody came for is free after a gap", "0 ana; 0 bob; 2 cat", "0 1 2"},
		{"who comes late waits for those who are there", "0 ana; 0 bob; 2 cat; 2.1 bob", "0 1 2 3"},
		{"who loads for long keeps the place before newcomers", "0 ana; 0 bob; 0 cat; 4 cat; 4.5 dan; 5 bob", "0 1 2 4 5 5"},
		{"a merge goes first", "0 ana; 0 bob; 0 merge; 1 bob", "0 1 1 2"},
		{"a merge pushes all places back", "0 ana; 0 bob; 0 cat; 0 merge; 1 merge; 1 bob; 1 cat", "0 1 2 1 1 2 3"},
		{"merges do not push each other", "0 merge1; 0 merge2; 0 merge3; 0 ana; 1 merge2", "0 1 2 3 1"},
		{"each lane goes before the next", "0 ana; 0 label; 0 check; 0 open; 0 bob; 0 update; 0 merge", "0 1 1 1 1 1 1"},
		{"and then in this order", "0 ana; 0 label; 0 check; 0 open; 0 bob; 0 update; 0 merge; 1 merge; 2 update; 3 bob; 4 open; 5 check; 6 label", "0 1 1 1 1 1 1 1 2 3 4 5 6"},
		{"a check run delays no merge", "0 check; 0.1 merge; 0.2 merge2", "0 0.1 1.1"},
		{"a label neither", "0 label; 0.1 merge", "0 0.1"},
		{"a merge delays a check run", "0 merge; 0.1 check", "0 1"},
		{"an update waits for a check run", "0 check; 0.1 update", "0 1"},
		{"a limit stops writers", "0 ana; 0 stop 60; 1 bob; 1 merge; 60 merge; 61 bob", "0 60 60 60 60 61"},
		{"and readers", "0 stop 60; 0 read; 0 query; 60 read", "60 60 60 60"},
		{"what was drawn before a pause is not sent in it", "0 ok; 0 read; 0 read; 0 stop 60; 0 read", "0 0 60 60"},
		{"a limit without an end is a minute, then two, four", "0 stop; 72 stop; 216 stop", "60+ 192+ 456+"},
		{"a write that succeeds ends the row", "0 stop; 72 wrote; 72 read; 72 stop", "60+ 72 132+"},
		{"one that was under way does not", "0 stop; 1 wrote; 72 stop", "60+ 192+"},
		{"one that is told in the pause does not", "0 stop; 1 wrote; 2 read; 72 stop", "60+ 60+ 192+"},
		{"a read that succeeds does not", "0 stop; 72 read; 72 ok; 73 read; 73 stop", "60+ 72 73 193+"},
		{"an hour ends it", "0 stop; 3672 stop", "60+ 3732+"},
		{"a limit that ended before it was told is one without an end", "0 stop -5", "60+"},
		{"a primary limit stops its resource", "0 core 60; 0 read; 0 query; 0 merge; 0 open; 60 read", "60 60 0 60 0 60"},
		{"a refusal is remembered for who can wait as long", "0 core 60; 0 sweep; 0.1 sweep; 0.1 read; 0.1 query", "60 60 60 60 0.1"},
		{"that of GraphQL does not stop REST", "0 graphql 60; 0 read; 0 query; 0 merge; 0 open", "60 0 60 0 60"},
		{"a shorter limit does not end a longer one", "0 stop 60; 0 stop 5; 5 ana", "60 60 60"},
		{"a GitHub without limits needs no gap", "0 limitless; 0 ana; 0 bob; 0 merge", "0 0 0"},
		{"but its refusals hold", "0 limitless; 0 stop 30; 0 ana; 0 read", "30 30 30"},
		{"a slot that was given is kept from a pause", "0 ana; 0 stop 60; 1 write ana", "0 60 60"},
		{"and used once", "0 ana; 0 write ana; 0 write ana", "0 0 1"},
		{"and within 15 seconds", "0 ana; 16 bob; 16 write ana", "0 16 17"},
		{"who asks for it again has it still, and it is counted once", "0 ana; 0.5 ana; 0.5 bob; 0.6 write ana; 1 bob", "0 0.5 1 0.6 1"},
		{"a write without a slot takes one", "0 write ana; 0 write bob", "0 1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := newLimiter("limits:1", &memoryRows{docs: map[string][]byte{}}, pacing{gap: time.Second}, false)
			var got []string
			for _, line := range strings.Split(tt.script, "; ") {
				if at, ok := play(t, l, line); ok {
					got = append(got, fmt.Sprint(at.Sub(noon).Seconds()))
				}
			}
			if want := strings.Fields(tt.want); !slices.EqualFunc(got, want, matches) {
				t.Errorf("told %s, want %s", got, want)
			}
		})
	}
}

// matches compares a time with what is wanted; n+ is n and up to 48 seconds more, a fifth of four minutes.
func matches(got, want string) bool {
	base, spread := strings.CutSuffix(want, "+")
	var at, from float64
	fmt.Sscan(got, &at)
	fmt.Sscan(base, &from)
	return got == want || spread && at > from && at <= from+48
}

// play plays a line: a time, then a call.
func play(t *testing.T, l *limiter, line string) (time.Time, bool) {
	t.Helper()
	var at float64
	var who, arg string
	n, _ := fmt.Sscan(line, &at, &who, &arg)
	now := after(at)
	told := time.Time{}
	var err error
	switch who {
	case "stop", "core", "graphql":
		until, scope := time.Time{}, all
		if n == 3 {
			var end float64
			fmt.Sscan(arg, &end)
			until = after(end)
		}
		if who != "stop" {
			scope = resource(who)
		}
		told, err = l.Stop(t.Context(), now, until, scope)
	case "wrote":
		l.Wrote()
		return time.Time{}, false
	case "ok", "limitless":
		l.enter()
		answer := reply{Status: 200, Header: map[string][]string{}}
		if who == "ok" {
			answer.Header = rateHeaders("core", 5000, 4999, after(3600))
		}
		l.leave(now, answer, nil)
		return time.Time{}, false
	case "read":
		told, err = l.Admit(t.Context(), now, resourceCore, laneRead)
	case "sweep":
		told, err = l.Admit(t.Context(), now, resourceCore, laneOptional)
	case "query":
		told, err = l.Admit(t.Context(), now, resourceGraphQL, laneRead)
	case "write":
		told, err = l.Write(t.Context(), now, writerNamed(arg))
	default:
		told, err = l.Reserve(t.Context(), now, writerNamed(who))
	}
	if err != nil {
		t.Fatal(err)
	}
	return told, true
}

func writerNamed(name string) writer {
	for i, l := range lanes {
		if strings.HasPrefix(name, l.name) {
			w := writer{lane: lane(i), res: resourceCore, key: name}
			if w.lane == laneOpen {
				w.res = resourceGraphQL
			}
			return w
		}
	}
	return writer{lane: laneReviewers, res: resourceCore, key: name}
}

func rateHeaders(name string, limit, left int, reset time.Time) map[string][]string {
	return map[string][]string{"X-Ratelimit-Used": {num(limit - left)}, "X-Ratelimit-Remaining": {num(left)},
		"X-Ratelimit-Reset": {num(int(reset.Unix()))}, "X-Ratelimit-Resource": {name}, "X-Ratelimit-Limit": {num(limit)}}
}

// GitHub's own servers have limits even if an answer shows none; an Enterprise Server has them where its answers say so.
func TestLimiterOfGitHubItself(t *testing.T) {
	for address, want := range map[string]float64{"https://api.github.com/": 1, "https://api.acme.ghe.com/": 1, "https://git.acme.example/api/v3/": 0} {
		l := newLimiter("limits:1", &memoryRows{docs: map[string][]byte{}}, pacing{gap: time.Second}, alwaysLimited(address))
		for _, line := range []string{"0 limitless", "0 ana"} {
			play(t, l, line)
		}
		if at, _ := play(t, l, "0 bob"); !at.Equal(after(want)) {
			t.Errorf("%s: the second write at %s", address, at.Sub(noon))
		}
	}
}

// Thirty requests are under way at most.
func TestLimiterCountsWhatIsUnderWay(t *testing.T) {
	l := newLimiter("limits:1", &memoryRows{docs: map[string][]byte{}}, pacing{}, false)
	for range 30 {
		l.enter()
	}
	if at, _ := play(t, l, "0 read"); !at.Equal(after(1)) {
		t.Errorf("the 31st at %s", at.Sub(noon))
	}
	l.leave(noon, reply{}, nil)
	if at, _ := play(t, l, "0 read"); !at.Equal(noon) {
		t.Errorf("after an answer, at %s", at.Sub(noon))
	}
}

// Answers come in any order: of one hour, the one that tells least is the newest. They are forgotten once they are written down.
func TestLimiterHears(t *testing.T) {
	l := newLimiter("limits:1", &memoryRows{docs: map[string][]byte{}}, pacing{}, false)
	left := func(now time.Time) int {
		b, err := l.View(t.Context(), now)
		if err != nil {
			t.Fatal(err)
		}
		return b.Budgets[0].Left
	}
	for _, remaining := range []int{30, 10, 20} {
		l.enter()
		l.leave(noon, reply{Status: 200, Header: rateHeaders("core", 5000, remaining, after(60))}, nil)
	}
	if got := left(noon); got != 10 {
		t.Errorf("%d left", got)
	}
	if got := left(after(62)); got != 5000 {
		t.Errorf("in the next hour %d left", got)
	}
}

// However much a sweep has found, looking at it leaves two fifths of the hour to what somebody tells of.
func TestSpareLeavesRoom(t *testing.T) {
	for _, c := range []struct {
		left  int
		lane  lane
		spare int
	}{
		{2000, laneSpare, 0}, {2001, laneSpare, 1}, {2000, laneOptional, 1500}, {500, laneOptional, 0}, {500, laneRead, 450},
	} {
		s := &state{Primary: map[resource]primary{resourceGraphQL: {Limit: 5000, Left: c.left, Reset: 1}}}
		if got, _ := s.spare(resourceGraphQL, c.lane); got != c.spare {
			t.Errorf("%d left: %s may use %d, want %d", c.left, lanes[c.lane].name, got, c.spare)
		}
	}
}
