package rules

import "github.com/pitcrew-app/pitcrew/config"

// Told is what a base is told of a pull request that stands beside its line so. tip is the base's.
func Told(s *Snapshot, p *PR, stand Standing, tip string) Stood {
	told := Stood{Number: p.Number, Stand: stand, Landed: stand == Out && p.State == "MERGED"}
	switch {
	case stand == Kept:
		told.Runs = p.tested(s)
		if p.Behind == No {
			told.Tip = tip
		}
	case stand == InLine:
		told.Class = s.Config.class(p)
	}
	return told
}

// Knows says that a base has nothing new to hear.
func (e Entry) Knows(told Stood) bool {
	return e.Stand == told.Stand && e.Tip == told.Tip && e.Class == told.Class && e.Runs == told.Runs
}

// class is how many kinds of pull requests go before this one in the line of its base, by its labels.
func (c Config) class(p *PR) int {
	section := c.section("merge")
	if section == nil {
		return 0
	}
	settings := mergeDefaults
	if stops(section.Decode(&settings)) {
		return 0
	}
	others := len(settings.Priority)
	for i, pattern := range settings.Priority {
		switch {
		case pattern.String() == "*":
			others = i
		case (config.Patterns{pattern}).MatchAny(p.Labels):
			return i
		}
	}
	return others
}
