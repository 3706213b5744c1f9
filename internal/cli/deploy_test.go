package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// instruction is a line of a Containerfile.
type instruction struct{ word, rest string }

func instructions(text string) []instruction {
	var all []instruction
	for _, line := range strings.Split(strings.ReplaceAll(text, "\\\n", " "), "\n") {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			word, rest, _ := strings.Cut(line, " ")
			all = append(all, instruction{word, strings.TrimSpace(rest)})
		}
	}
	return all
}

func TestContainerfile(t *testing.T) {
	all := instructions(fromRoot(t, "deploy/Containerfile"))
	var stages, users []string
	var build string
	for _, i := range all {
		switch i.word {
		case "FROM":
			stages, users = append(stages, i.rest), nil
		case "USER":
			users = append(users, i.rest)
		case "ADD":
			t.Errorf("ADD %s: it fetches and unpacks; use COPY", i.rest)
		case "HEALTHCHECK":
			t.Error("HEALTHCHECK: there is nothing in the image that it could run")
		case "COPY":
			checkCopied(t, i.rest)
		case "RUN":
			build += i.rest + "\n"
			if len(stages) > 1 {
				t.Errorf("RUN %s: the last stage has no shell", i.rest)
			}
		}
	}
	if len(stages) != 2 || !strings.Contains(stages[1], "distroless/static") {
		t.Fatalf("stages %q; want a build and distroless/static", stages)
	}
	if len(users) != 1 || users[0] != "65532:65532" {
		t.Errorf("the last stage runs as %q", users)
	}
	for _, want := range []string{"CGO_ENABLED=0", "-trimpath"} {
		if !strings.Contains(build, want) {
			t.Errorf("the build lacks %s", want)
		}
	}
	version := regexp.MustCompile(`(?m)^go (\S+)$`).FindStringSubmatch(fromRoot(t, "go.mod"))
	if version == nil || !strings.Contains(stages[0], "golang:"+version[1]+"-") {
		t.Errorf("builds with %s, and go.mod asks for %v", stages[0], version)
	}
	for _, want := range []instruction{{"VOLUME", "/data"}, {"EXPOSE", "8080 8081 8082"}, {"STOPSIGNAL", "SIGTERM"}} {
		if !slices.Contains(all, want) {
			t.Errorf("no %s %s", want.word, want.rest)
		}
	}
}

// checkCopied sees that what is copied from the tree exists.
func checkCopied(t *testing.T, rest string) {
	t.Helper()
	words := strings.Fields(rest)
	if strings.HasPrefix(words[0], "--from=") {
		return
	}
	for _, source := range words[:len(words)-1] {
		if _, err := os.Stat(filepath.Join("../..", source)); err != nil {
			t.Errorf("COPY %s: %v", source, err)
		}
	}
}

// composeService is what the test asks of a service.
type composeService struct {
	Build struct {
		Context, Dockerfile string
	}
	EnvFile     string            `yaml:"env_file"`
	Environment map[string]string `yaml:"environment"`
	Secrets     []string
	Ports       []string
	ReadOnly    bool     `yaml:"read_only"`
	CapDrop     []string `yaml:"cap_drop"`
	CapAdd      []string `yaml:"cap_add"`
	SecurityOpt []string `yaml:"security_opt"`
	Privileged  bool
	User        string
	Volumes     []string
	Command     []string
}

func TestCompose(t *testing.T) {
	var file struct {
		Services map[string]composeService
		Secrets  map[string]struct{ File string }
		Volumes  map[string]any
	}
	if err := yaml.Unmarshal([]byte(fromRoot(t, "deploy/compose.yaml")), &file); err != nil {
		t.Fatal(err)
	}
	s, ok := file.Services["pitcrew"]
	if !ok || len(file.Services) != 1 {
		t.Fatalf("services: %v", file.Services)
	}
	if !s.ReadOnly || s.Privileged || s.User != "" || !slices.Equal(s.CapDrop, []string{"ALL"}) || s.CapAdd != nil || !slices.Contains(s.SecurityOpt, "no-new-privileges:true") {
		t.Errorf("not hardened: %+v", s)
	}
	for _, port := range s.Ports {
		if !strings.HasPrefix(port, "127.0.0.1:") {
			t.Errorf("port %s is open to others", port)
		}
	}
	if len(s.Ports) != 3 || !slices.Equal(s.Volumes, []string{"data:/data"}) || s.Environment["PITCREW_DATA"] != "/data" {
		t.Errorf("ports %v, volumes %v, data %s", s.Ports, s.Volumes, s.Environment["PITCREW_DATA"])
	}
	if err := understood(s.Command); err != nil || !slices.Contains(s.Command, "--observe") {
		t.Errorf("command %v: %v; it must begin by observing", s.Command, err)
	}
	for _, name := range s.Secrets {
		if file.Secrets[name].File == "" {
			t.Errorf("secret %s comes from nowhere", name)
		}
		if key := "/run/secrets/" + name; s.Environment["GITHUB_APP_PRIVATE_KEY_FILE"] != key {
			t.Errorf("the key is read from %s, not %s", s.Environment["GITHUB_APP_PRIVATE_KEY_FILE"], key)
		}
	}
	if _, err := os.Stat(filepath.Join("../../deploy", s.Build.Context, s.Build.Dockerfile)); err != nil || len(s.Secrets) != 1 || s.EnvFile != "../.env" {
		t.Errorf("build %+v (%v), secrets %v, settings %s", s.Build, err, s.Secrets, s.EnvFile)
	}
}

func TestUnit(t *testing.T) {
	unit := fromRoot(t, "deploy/pitcrew.service")
	for _, want := range []string{
		"DynamicUser=yes", "StateDirectory=pitcrew", "StateDirectoryMode=0700", "ProtectSystem=strict", "NoNewPrivileges=yes",
		"MemoryDenyWriteExecute=yes", "SystemCallFilter=@system-service", "RestrictAddressFamilies=AF_INET AF_INET6", "CapabilityBoundingSet=",
		"LoadCredential=app.pem:/etc/pitcrew/app.pem", "Environment=GITHUB_APP_PRIVATE_KEY_FILE=%d/app.pem PITCREW_DATA=/var/lib/pitcrew",
		"ExecStart=/usr/local/bin/pitcrew serve --observe",
	} {
		if !strings.Contains("\n"+unit, "\n"+want+"\n") {
			t.Errorf("no line %s", want)
		}
	}
}

// maxExposure is in tenths of the scale of systemd-analyze, on which 0 is nothing at all and 100 everything.
const maxExposure = "20"

func TestUnit_exposure(t *testing.T) {
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("needs systemd-analyze")
	}
	out, err := exec.Command(analyze, "security", "--offline=true", "--no-pager", "--threshold="+maxExposure, "../../deploy/pitcrew.service").CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestProxies_pass_only_the_hook_and_all_of_it(t *testing.T) {
	nginx, caddy := fromRoot(t, "deploy/nginx.conf"), fromRoot(t, "deploy/Caddyfile")
	for _, want := range []string{"location = /hooks/github {", "client_max_body_size 25m;", "proxy_pass           http://127.0.0.1:8080;", "return 404;"} {
		if !strings.Contains(nginx, want) {
			t.Errorf("nginx.conf: no %s", want)
		}
	}
	if strings.Count(nginx, "proxy_pass ") != 1 || strings.Count(caddy, "reverse_proxy ") != 1 {
		t.Error("more than the hook is passed on")
	}
	_, block, _ := strings.Cut(caddy, "pitcrew.example.com {")
	if !strings.Contains(fromRoot(t, "docs/install.md"), "pitcrew.example.com {"+block) || block == "" {
		t.Error("docs/install.md shows another Caddyfile")
	}
}
