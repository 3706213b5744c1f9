package rules

import "github.com/pitcrew-app/pitcrew/config"

// Forms are the forms of the sections of .platform.yml, in the order of the reference. What a key is for, its bounds and its
// default stand in the tags and defaults of its chore's settings.
var Forms = []config.Form{
	{Name: "reviewers", Doc: Reviewers.Doc, Text: reviewersText, Defaults: reviewersDefaults},
	{Name: "update", Doc: KeptUp.Doc, Text: updateText, Defaults: updateDefaults},
	{Name: "merge", Doc: Ready.Doc, Text: mergeText, Defaults: mergeDefaults},
	{Name: "propagate", Doc: Propagate.Doc, Text: propagateText, Defaults: propagateDefaults},
}
