package cli

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// appYML is a copy of the App's manifest, which lies at the root of the tree for people; a test compares the two.
//
//go:embed app.yml
var appYML []byte

// appManifest is what app.yml asks GitHub for.
type appManifest struct {
	Permissions map[string]string `yaml:"default_permissions"`
	Events      []string          `yaml:"default_events"`
}

func readAppManifest() (appManifest, error) {
	var m appManifest
	if err := yaml.Unmarshal(appYML, &m); err != nil {
		return m, fmt.Errorf("read app.yml: %w", err)
	}
	return m, nil
}

// accessLevels order what a permission allows.
var accessLevels = map[string]int{"": 0, "read": 1, "write": 2, "admin": 3}

// comparePermissions lists what has lacks of want, and what it has beyond it, as "contents: write". want is what app.yml asks for.
func comparePermissions(want, has map[string]string) (missing, wider []string) {
	for name, level := range want {
		if accessLevels[has[name]] < accessLevels[level] {
			missing = append(missing, name+": "+level)
		}
	}
	for name, level := range has {
		if accessLevels[level] > accessLevels[want[name]] {
			wider = append(wider, name+": "+level)
		}
	}
	slices.Sort(missing)
	slices.Sort(wider)
	return missing, wider
}

// checkPermissions compares the App with app.yml.
func checkPermissions(ctx context.Context, p *patient) []finding {
	g, no := p.app(ctx)
	if no != nil {
		return no
	}
	want, err := readAppManifest()
	if err != nil {
		return wrong(err.Error(), "")
	}
	missing, wider := comparePermissions(want.Permissions, g.self.Permissions)
	var found []finding
	if len(missing) > 0 {
		found = append(found, wrong("the App lacks "+strings.Join(missing, ", "),
			"grant it on the App's page under Permissions & events; each organisation's owner is then asked to accept")...)
	}
	if len(wider) > 0 {
		found = append(found, wrong("the App may more than pitcrew uses: "+strings.Join(wider, ", "),
			"take it away on the App's page under Permissions & events; nothing stops working")...)
	}
	if len(found) > 0 {
		return found
	}
	return healthy("the App has the %d permissions of app.yml and no others", len(want.Permissions))
}

// checkEvents compares what the App has subscribed to with app.yml. More than that costs only deliveries.
func checkEvents(ctx context.Context, p *patient) []finding {
	g, no := p.app(ctx)
	if no != nil {
		return no
	}
	want, err := readAppManifest()
	if err != nil {
		return wrong(err.Error(), "")
	}
	var missing []string
	for _, event := range want.Events {
		if !slices.Contains(g.self.Events, event) {
			missing = append(missing, event)
		}
	}
	if len(missing) > 0 {
		return wrong("the App has not subscribed to "+strings.Join(missing, ", "),
			"tick them on the App's page under Permissions & events; until then pitcrew learns of these things only by its sweep")
	}
	return healthy("the App has subscribed to the %d events of app.yml", len(want.Events))
}

// checkInstallations looks at each account where the App is installed.
func checkInstallations(ctx context.Context, p *patient) []finding {
	g, no := p.app(ctx)
	if no != nil {
		return no
	}
	if g.installedErr != nil {
		return wrong(g.installedErr.Error(), "")
	}
	if len(g.installed) == 0 {
		return wrong("the App is installed nowhere", "install it: "+g.self.HTMLURL+", Install App; begin with one repository")
	}
	want, err := readAppManifest()
	if err != nil {
		return wrong(err.Error(), "")
	}
	var found []finding
	for _, i := range g.installed {
		found = append(found, i.finding(want))
	}
	return found
}

func (i installed) finding(want appManifest) finding {
	name := i.Account.Login
	if i.Suspended != nil {
		return finding{State: stateWrong, Says: name + " has suspended the App since " + i.Suspended.Format("2006-01-02"), Do: "an owner can end that: " + i.HTMLURL}
	}
	if i.err != nil {
		return finding{State: stateWrong, Says: fmt.Sprintf("%s cannot be read: %v", name, i.err), Do: "try again; if it stays, look at " + i.HTMLURL}
	}
	if missing, _ := comparePermissions(want.Permissions, i.Permissions); len(missing) > 0 {
		return finding{State: stateWrong, Says: name + " has not granted " + strings.Join(missing, ", "), Do: "an owner can accept it: " + i.HTMLURL}
	}
	if i.repos == 0 {
		return finding{State: stateWrong, Says: name + " has the App, and no repository for it", Do: "an owner can choose some: " + i.HTMLURL}
	}
	noun := "repositories"
	if i.repos == 1 {
		noun = "repository"
	}
	return finding{State: stateOK, Says: fmt.Sprintf("%s: %d %s, with all permissions", name, i.repos, noun)}
}
