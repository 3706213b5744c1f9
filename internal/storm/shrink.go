package storm

import (
	"context"
	"slices"

	"github.com/pitcrew-app/pitcrew/internal/oracle"
	"github.com/rs/zerolog"
)

// Shrink leaves out of a plan whatever does not matter for a violation of one invariant.
func Shrink(ctx context.Context, p Plan, invariant string, tries int) Plan {
	return shrink(p, func(p Plan) bool { return violates(ctx, p, invariant) }, tries)
}

// shrink leaves out first large parts, then single steps, until nothing more can be left out or tries are used up.
func shrink(p Plan, fails func(Plan) bool, tries int) Plan {
	for part := (len(p.Steps) + 1) / 2; part > 0 && tries > 0; {
		smaller := false
		for from := 0; from < len(p.Steps) && tries > 0; tries-- {
			less := p
			less.Steps = slices.Delete(slices.Clone(p.Steps), from, min(from+part, len(p.Steps)))
			if fails(less) {
				p, smaller = less, true
			} else {
				from += part
			}
		}
		if !smaller || part > 1 {
			part /= 2
		}
	}
	return p
}

// violates plays a plan and looks for a violation of an invariant; empty: for a run that does not come to its end.
func violates(ctx context.Context, p Plan, invariant string) bool {
	r, err := Play(ctx, p, zerolog.Nop())
	if err != nil {
		return invariant == "" && ctx.Err() == nil
	}
	return slices.ContainsFunc(r.Violations, func(v oracle.Violation) bool { return v.Invariant == invariant })
}
