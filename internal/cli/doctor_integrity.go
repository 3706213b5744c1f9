package cli

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
	"github.com/pitcrew-app/pitcrew/internal/ledger"
)

// largeWAL is more than a write-ahead log grows to unless something reads for very long.
const largeWAL = 256 << 20

// checkIntegrity looks at the structure of the files, or asks the database's server about itself.
func checkIntegrity(ctx context.Context, p *patient) []finding {
	if p.settings.Database != "" {
		return checkServer(ctx, p)
	}
	files, err := eventlog.Files(ctx, p.settings.Data)
	if err != nil {
		return wrong(err.Error(), "run doctor as the user that runs serve")
	}
	if len(files) == 0 {
		return skipped("there are no files yet", "pitcrew serve makes them")
	}
	var found []finding
	var sizes []string
	for _, f := range files {
		if f.DamagedBy != nil {
			found = append(found, wrong(f.Name+" is damaged: "+f.DamagedBy.Error(), remedyOfDamage(f.Name))...)
		}
		if f.WALBytes > largeWAL {
			found = append(found, wrong(fmt.Sprintf("%s has %s in its write-ahead log: somebody reads without end, so that it cannot be taken over", f.Name, bytesText(uint64(f.WALBytes))),
				"end what reads for long (a backup, a report), or restart pitcrew serve")...)
		}
		sizes = append(sizes, fmt.Sprintf("%s %s", f.Name, bytesText(uint64(f.Bytes+f.WALBytes))))
	}
	if len(found) > 0 {
		return found
	}
	return healthy("%s: each is whole", strings.Join(sizes, ", "))
}

func remedyOfDamage(name string) string {
	if name == "ledger.db" {
		return "stop pitcrew serve, remove ledger.db, ledger.db-wal and ledger.db-shm, and start it: the ledger is folded anew from the log"
	}
	return "stop pitcrew serve, put the directory aside, look at the disk, and restore the last backup: docs/install.md, “Restoring”"
}

// checkServer looks at what PostgreSQL says of itself.
func checkServer(ctx context.Context, p *patient) []finding {
	s, err := eventlog.AskServer(ctx, p.settings.Database)
	if err != nil {
		return skipped("the database did not say", "see what is wrong above")
	}
	var found []finding
	tell := func(says, do string) { found = append(found, wrong(says, do)...) }
	if s.Number < eventlog.OldestServer {
		tell("this is PostgreSQL "+s.Version+", and pitcrew needs 13", "update PostgreSQL")
	}
	if s.ReadOnly {
		tell("this server follows another one, and takes no writes", "give the address of the one that it follows in PITCREW_DATABASE_URL")
	}
	if s.Unsynced != "" {
		tell(s.Unsynced+": what was acknowledged is lost with the machine", "switch it on, in postgresql.conf or for this database; what is acknowledged must be on disk")
	}
	if skew := p.now().Sub(s.Clock).Round(time.Second); skew.Abs() > maxSkew {
		tell(fmt.Sprintf("the database's clock and this machine's are %s apart", skew.Abs()), "synchronise both: timedatectl set-ntp true")
	}
	if len(found) > 0 {
		return found
	}
	return healthy("PostgreSQL %s, %s; it syncs what it commits, and its clock agrees", s.Version, bytesText(uint64(s.Bytes)))
}

// lateLedger is how far the ledger may be behind before somebody should look.
const lateLedger = 5 * time.Minute

// checkLedger sees whether reports and pages know what the log knows.
func checkLedger(ctx context.Context, p *patient) []finding {
	log, found := openLog(p)
	if log == nil {
		return found
	}
	defer log.Close() //nolint:errcheck // it was only read
	since, err := ledger.Lag(ctx, p.settings.where(), log)
	if err != nil {
		return wrong(err.Error(), "its log says why; a ledger that was removed is folded anew from the log")
	}
	if late := p.now().Sub(since); !since.IsZero() && late > lateLedger {
		return wrong(fmt.Sprintf("reports and pages lack what came since %s", since.Format("2006-01-02 15:04 MST")),
			"is pitcrew serve running? Then its log says what holds up the ledger, or, after a restore, how far it is")
	}
	return healthy("reports and pages know what the log knows")
}
