package oracle

import (
	"github.com/pitcrew-app/pitcrew/internal/ghsim"
)

// Kept is what the program says of itself in the end, as plain data.
type Kept struct {
	Deliveries map[string]int // how often each delivery is in the log
	Merges     int            // as the report counts them
	Minutes    int
	Again      int // minutes, when everything was counted anew from the log
}

// End judges what can only be judged when all is over: I2, I4 and I8.
func (o *Oracle) End(sent []ghsim.Sent, state ghsim.State, k Kept) {
	known := map[string]bool{}
	for _, d := range sent {
		n := k.Deliveries[d.GUID]
		if d.Code >= 200 && d.Code < 300 && n != 1 {
			o.wrongf("I2", "", "the webhook %s %s was answered %d and is in the log %d times", d.Event, d.GUID, d.Code, n)
		}
		known[d.GUID] = true
	}
	for guid, n := range k.Deliveries {
		if n > 0 && !known[guid] {
			o.wrongf("I2", "", "the log has the webhook %s, which GitHub never sent", guid)
		}
	}
	for _, owed := range o.Owed(state) {
		o.wrongf("I4", owed.Subject, "%s", owed.What)
	}
	if k.Minutes != k.Again {
		o.wrongf("I8", "", "the report counts %d minutes, and %d when it is counted again", k.Minutes, k.Again)
	}
	least, most := o.merges()
	if k.Merges < least || k.Merges > most {
		o.wrongf("I8", "", "the report counts %d merges; GitHub did %d to %d", k.Merges, least, most)
	}
	if most := o.minutes(); k.Minutes < least || k.Minutes > most {
		o.wrongf("I8", "", "the report counts %d minutes; what was done is worth %d to %d", k.Minutes, least, most)
	}
}

// merges are those of ours: those that can still be seen, and all.
func (o *Oracle) merges() (least, most int) {
	for _, r := range o.now.Repos {
		for _, p := range r.Pulls {
			if p.MergedAt.IsZero() || p.MergedBy != o.opts.Bot {
				continue
			}
			most++
			if o.reachable(r) && !o.history(key{r.ID, p.Number}).reverted {
				least++
			}
		}
	}
	return least, most
}

// minutes is the most that can be counted: one for each merge of ours that was not surely taken back, for each that landed
// after we put it into the merge queue, for each pull request that people were asked about, for
// each that landed after we updated it, and two for each that we opened: it may have been moved to a newer version.
func (o *Oracle) minutes() int {
	n := 0
	for _, r := range o.now.Repos {
		for _, p := range r.Pulls {
			if p.MergedBy == o.opts.Bot && !p.MergedAt.IsZero() && !o.history(key{r.ID, p.Number}).uncounted {
				n++
			}
			if len(p.Asked) > 0 {
				n++
			}
			if o.history(key{r.ID, p.Number}).queued && !p.MergedAt.IsZero() {
				n++
			}
			if len(o.history(key{r.ID, p.Number}).updated) > 0 && !p.MergedAt.IsZero() {
				n++
			}
			if p.Author == o.opts.Bot {
				n += 2
			}
		}
	}
	return n
}
