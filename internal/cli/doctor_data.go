package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/pitcrew-app/pitcrew/internal/eventlog"
)

// minFree is the space below which an operator should act: a busy organisation writes less than this in a week.
const minFree = 1 << 30

// checkData looks at the data directory, without writing to it. With a database nothing is kept there.
func checkData(_ context.Context, p *patient) []finding {
	if p.settings.Database != "" {
		return checkDatabase(p.settings.Database)
	}
	dir := p.settings.Data
	if abs, err := filepath.Abs(dir); err == nil {
		dir = abs
	}
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return checkNoData(dir)
	case err != nil:
		return wrong(err.Error(), "set PITCREW_DATA to a directory that this user may use")
	case !info.IsDir():
		return wrong(dir+" is no directory", "set PITCREW_DATA to a directory")
	}
	var found []finding
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		found = append(found, wrong(fmt.Sprintf("%s has mode %04o: others on this machine can read who did what", dir, mode), "chmod 700 "+dir)...)
	}
	if err := writable(dir); err != nil {
		found = append(found, wrong(fmt.Sprintf("%s cannot be written by this user: %v", dir, err), "run doctor as the user that runs serve, or give that user the directory (chown)")...)
	}
	free, known := freeSpace(dir)
	if known && free < minFree {
		found = append(found, wrong(fmt.Sprintf("%s has %s left", dir, bytesText(free)), "make room: a log that cannot be written answers 503, and deliveries wait at GitHub")...)
	}
	if len(found) > 0 {
		return found
	}
	if !known {
		return healthy("%s is there and private", dir)
	}
	return healthy("%s is there, private, with %s left", dir, bytesText(free))
}

// checkDatabase connects.
func checkDatabase(url string) []finding {
	schemas, err := eventlog.Schemas(url)
	if err != nil {
		return wrong("PITCREW_DATABASE_URL: "+err.Error(), "psql with the same address says whether it is reached; the user must own the database, or the schemas log, people and ledger in it")
	}
	for _, s := range schemas {
		switch {
		case s.Have == 0:
			return skipped("the database is reached, and empty", "pitcrew serve, or pitcrew migrate, makes the tables; if it ran before, PITCREW_DATABASE_URL is not what it was then")
		case s.Have < s.Want:
			return wrong(fmt.Sprintf("the schema %s has version %d, and this pitcrew writes version %d", s.Name, s.Have, s.Want), "stop all copies of the older pitcrew, then: pitcrew migrate")
		}
	}
	return healthy("the database is reached, and its tables are of this version")
}

// checkNoData sees whether serve could make the directory.
func checkNoData(dir string) []finding {
	parent := filepath.Dir(dir)
	for {
		if _, err := os.Stat(parent); err == nil || parent == filepath.Dir(parent) {
			break
		}
		parent = filepath.Dir(parent)
	}
	if err := writable(parent); err != nil {
		return wrong(fmt.Sprintf("%s does not exist, and this user cannot make it: %v", dir, err), "make it (mkdir -m 700), or set PITCREW_DATA to another place")
	}
	return skipped(dir+" does not exist yet", "pitcrew serve makes it; if it ran before, PITCREW_DATA is not what it was then")
}

// bytesText writes a size as people do.
func bytesText(n uint64) string {
	for _, unit := range []struct {
		size uint64
		name string
	}{{1 << 40, "TB"}, {1 << 30, "GB"}, {1 << 20, "MB"}} {
		if n >= unit.size {
			return fmt.Sprintf("%.1f %s", float64(n)/float64(unit.size), unit.name)
		}
	}
	return fmt.Sprintf("%d kB", n>>10)
}

// checkLog opens the log as explain does.
func checkLog(ctx context.Context, p *patient) []finding {
	log, found := openLog(p)
	if log == nil {
		return found
	}
	defer log.Close() //nolint:errcheck // it was only read
	head, err := log.Head(ctx)
	if err != nil {
		return wrong(err.Error(), "restore the last backup; docs/install.md, “Backing up”")
	}
	backlog, err := log.Backlog(ctx, p.now())
	if err != nil {
		return wrong(err.Error(), "restore the last backup; docs/install.md, “Backing up”")
	}
	if backlog.Due > 0 && p.now().Sub(backlog.Oldest) > lateDue {
		return wrong(fmt.Sprintf("the oldest of %d subjects that are due waits since %s", backlog.Due, backlog.Oldest.Format("2006-01-02 15:04 MST")),
			"is pitcrew serve running? If so, its log says what it waits for")
	}
	return healthy("%d entries; %d subjects are due", head, backlog.Due)
}

// lateDue is how long something may be due before it means that nobody looks. GitHub's hourly limit may cost an hour.
const lateDue = 75 * time.Minute

// openLog opens the log for reading; nil with what to say if that is not possible.
func openLog(p *patient) (*eventlog.DB, []finding) {
	log, err := eventlog.OpenReadOnly(p.settings.where())
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, skipped("there is no log yet", "pitcrew serve makes it")
	case err != nil:
		return nil, wrong(err.Error(), "run doctor as the user that runs serve, with the same version of pitcrew")
	}
	return log, nil
}
