package cli

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/pitcrew-app/pitcrew/config"
	"github.com/pitcrew-app/pitcrew/rules"
	"github.com/spf13/pflag"
)

// effective is how check is asked for what holds.
type effective struct {
	wanted  bool
	org, as string
}

func (e *effective) flags(f *pflag.FlagSet) {
	f.BoolVar(&e.wanted, "effective", false, "print what holds, and which layer and line says so")
	f.StringVar(&e.org, "org", "", "with --effective: the organisation's file, below this one")
	f.StringVar(&e.as, "as", "", "with --org: the name of the repository")
}

// print prints what holds. A file that is wrong holds nothing.
func (e *effective) print(a *app, path string) error {
	if (e.org == "") != (e.as == "") {
		return usageError{"--org and --as belong together", "write --org .platform.org.yml --as NAME-OF-THE-REPOSITORY"}
	}
	text, err := readGiven(path)
	if err != nil {
		return err
	}
	file, problems := config.Read(path, text)
	if e.org != "" {
		text, err := readGiven(e.org)
		if err != nil {
			return err
		}
		org, more := config.ReadOrg(e.org, text, rules.Forms)
		problems = append(more, problems...)
		file = org.Govern(file, e.as[strings.Index(e.as, "/")+1:])
	}
	more, _ := config.CheckSections(file.Sections, rules.Forms)
	if f := (&checked{Name: path, Problems: append(problems, more...)}); f.count(config.Error) > 0 {
		if err := checkedText(a.err, f); err != nil {
			return err
		}
		return errSilent
	}
	return printEffective(a.out, file)
}

// printEffective prints each section with its settings: key, place, value. What is not built yet and nobody has set is left out.
func printEffective(w io.Writer, file *config.File) error {
	var b strings.Builder
	for _, form := range rules.Forms {
		s := file.Sections[form.Name]
		fmt.Fprintf(&b, "%s: %s\n", form.Name, onOrOff(s))
		if s == nil || s.Off {
			continue
		}
		t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
		for _, set := range s.Settings(form) {
			if set.Value != config.Unset {
				fmt.Fprintf(t, "  %s\t%s\t%s\n", strings.TrimPrefix(set.Key, form.Name+"."), set.Place, set.Value)
			}
		}
		if err := t.Flush(); err != nil {
			return err
		}
	}
	for _, n := range file.Notices {
		b.WriteString(n.String() + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func onOrOff(s *config.Section) string {
	if s == nil || s.Off {
		return "off"
	}
	return "on"
}
