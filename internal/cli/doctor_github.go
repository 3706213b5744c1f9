package cli

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// checkReached sees whether GitHub answers, and which GitHub it is.
func checkReached(ctx context.Context, p *patient) []finding {
	g, no := p.asked(ctx)
	if no != nil {
		return no
	}
	if g.header == nil {
		return wrong(fmt.Sprintf("no answer from %s: %v", p.settings.V3URL, g.err),
			"check GITHUB_V3_API_URL, name resolution, the firewall, and HTTPS_PROXY if there is a proxy on the way out")
	}
	if status, _ := refusalOf(g.err); status >= 500 {
		return wrong(fmt.Sprintf("%s answers %d", p.settings.V3URL, status), "wait, and see https://www.githubstatus.com; nothing is lost meanwhile")
	}
	version := g.header.Get("X-GitHub-Enterprise-Version")
	if version == "" {
		return healthy("%s answers", p.settings.V3URL)
	}
	if !supported(version) {
		return wrong("this is GitHub Enterprise Server "+version+", and pitcrew needs 3.17", "update GitHub Enterprise Server; what older ones lack is not tried")
	}
	return healthy("GitHub Enterprise Server %s answers", version)
}

// oldestServer is the first release of GitHub Enterprise Server that is supported.
var oldestServer = [2]int{3, 17}

// supported compares a version such as 3.17.2; one that is not understood passes.
func supported(version string) bool {
	parts := strings.Split(version, ".")
	if len(parts) < 2 {
		return true
	}
	major, errMajor := strconv.Atoi(parts[0])
	minor, errMinor := strconv.Atoi(parts[1])
	if errMajor != nil || errMinor != nil {
		return true
	}
	return major > oldestServer[0] || major == oldestServer[0] && minor >= oldestServer[1]
}

// maxSkew is how far the clocks may be apart. GitHub refuses an App's token from 60 s on.
const maxSkew = 30 * time.Second

// checkClock compares our clock with the Date of GitHub's answer, which is in whole seconds.
func checkClock(ctx context.Context, p *patient) []finding {
	g, no := p.asked(ctx)
	if no != nil {
		return no
	}
	theirs, err := http.ParseTime(g.header.Get("Date"))
	if err != nil {
		return skipped("GitHub did not say what time it is there", "see what is wrong above")
	}
	ours := g.sent.Add(g.came.Sub(g.sent) / 2)
	skew := ours.Sub(theirs).Round(time.Second)
	word := "ahead of"
	if skew < 0 {
		word = "behind"
	}
	if skew.Abs() > maxSkew {
		return wrong(fmt.Sprintf("this machine's clock is %s %s GitHub's; from 60 s on GitHub refuses the App's tokens", skew.Abs(), word),
			"synchronise it: timedatectl set-ntp true")
	}
	if skew.Abs() <= time.Second {
		return healthy("agrees with GitHub's")
	}
	return healthy("%s %s GitHub's, which does not matter", skew.Abs(), word)
}

// checkApp sees whether the key is that of the App.
func checkApp(ctx context.Context, p *patient) []finding {
	g, no := p.asked(ctx)
	if no != nil {
		return no
	}
	if g.err == nil {
		if g.self.ID != p.settings.AppID {
			return wrong(fmt.Sprintf("the key belongs to App %d (%s), and GITHUB_APP_INTEGRATION_ID is %d", g.self.ID, g.self.Slug, p.settings.AppID),
				"set GITHUB_APP_INTEGRATION_ID to the App ID of the page on which the key was made")
		}
		return healthy("the key is that of App %d, %s", g.self.ID, g.self.Slug)
	}
	status, message := refusalOf(g.err)
	switch {
	case status == 0 || status >= 500:
		return skipped("GitHub did not say", "see what is wrong above")
	case strings.Contains(message, "'exp'") || strings.Contains(message, "'iat'"):
		return wrong("GitHub refuses the App's token for its time: "+message, "set this machine's clock; see clock")
	case status == http.StatusNotFound:
		return wrong(fmt.Sprintf("GitHub knows no App %d", p.settings.AppID), "set GITHUB_APP_INTEGRATION_ID to the App ID on the App's page, and GITHUB_V3_API_URL to the GitHub that has it")
	case status == http.StatusUnauthorized:
		return wrong(fmt.Sprintf("the key is not one of App %d: %s", p.settings.AppID, message), "make a new key on the App's page, and give its file in GITHUB_APP_PRIVATE_KEY_FILE")
	}
	return wrong(fmt.Sprintf("GitHub answers %d to the App: %s", status, message), "see the App's page; it may be suspended")
}

// fewLeft is the part of an hourly limit from which on an operator should know.
const fewLeft = 10 // per cent

// checkLimits says what is left of the hourly limits.
// https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
func checkLimits(ctx context.Context, p *patient) []finding {
	g, no := p.app(ctx)
	if no != nil {
		return no
	}
	var found []finding
	for _, i := range g.installed {
		if i.left.limit == 0 {
			continue
		}
		says := fmt.Sprintf("%s: %d of %d requests left until %s", i.Account.Login, i.left.left, i.left.limit, i.left.reset.Format("15:04 MST"))
		if i.left.left*100 < i.left.limit*fewLeft {
			found = append(found, wrong(says, "pitcrew waits until then; if this happens every hour, see github_requests_total in /metrics for what asks so much")...)
		} else {
			found = append(found, healthy("%s", says)...)
		}
	}
	if len(found) == 0 {
		return skipped("GitHub says of no installation what is left", "")
	}
	return found
}
