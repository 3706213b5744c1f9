package config

import "slices"

// Surprising is a section's settings that can tell what in them contradicts itself. The problems are notices.
type Surprising interface {
	Surprises(*Section) []Problem
}

// Check reads a .platform.yml and says everything about it, in order of position: what is wrong, what is not built yet, and
// what may surprise. It also gives the names of things on GitHub that the file uses; see Missing.
func Check(name string, text []byte, forms []Form) ([]Problem, []Mention) {
	file, problems := Read(name, text)
	more, mentions := CheckSections(file.Sections, forms)
	problems = slices.Concat(problems, file.Notices, more)
	Sort(problems)
	return problems, mentions
}

// CheckOrg is Check for an organisation's file, and for all its groups.
func CheckOrg(name string, text []byte, forms []Form) ([]Problem, []Mention) {
	org, problems := ReadOrg(name, text, forms)
	problems = slices.Concat(problems, org.Notices)
	var mentions []Mention
	for _, b := range org.below {
		more, named := CheckSections(b.sections, forms)
		problems, mentions = append(problems, more...), append(mentions, named...)
	}
	Sort(problems)
	return problems, mentions
}

// CheckSections says everything about sections, in order: what is wrong, what is not built yet, what contradicts itself.
func CheckSections(sections map[string]*Section, forms []Form) (problems []Problem, mentions []Mention) {
	for _, form := range forms {
		s := sections[form.Name]
		if s == nil {
			continue
		}
		settings := form.fresh()
		d := s.decode(settings.Interface())
		problems, mentions = append(problems, d.problems...), append(mentions, d.mentions...)
		if w, ok := settings.Elem().Interface().(Surprising); ok && !hasErrors(d.problems) && !s.Off {
			problems = append(problems, w.Surprises(s)...)
		}
	}
	Sort(problems)
	return problems, mentions
}

func hasErrors(problems []Problem) bool {
	return slices.ContainsFunc(problems, func(p Problem) bool { return p.Level == Error })
}
