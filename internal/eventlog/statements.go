package eventlog

// schemas of the two files, or of the two schemas of PostgreSQL: each element brings one from the version that is its
// index to the next. Released steps are never edited. Times are microseconds since 1970 in UTC. They are written for
// SQLite; ForPostgres says the same to PostgreSQL.
var (
	logSchema = []string{`
CREATE TABLE event (
	seq INTEGER PRIMARY KEY,
	delivery TEXT NOT NULL,
	at INTEGER NOT NULL,
	received INTEGER NOT NULL,
	source TEXT NOT NULL,
	kind TEXT NOT NULL,
	installation INTEGER NOT NULL,
	repository INTEGER NOT NULL,
	subject TEXT NOT NULL,
	actor TEXT NOT NULL,
	must_show TEXT,
	facts TEXT
) STRICT;
CREATE INDEX event_subject ON event (subject, seq);
CREATE INDEX event_repository ON event (repository, seq);

-- Kept for ever: a delivery replayed after months changes nothing.
CREATE TABLE delivery (id TEXT PRIMARY KEY, received INTEGER NOT NULL) STRICT, WITHOUT ROWID;

-- day counts days since 1970 in UTC; its key is in people.db.
CREATE TABLE raw (delivery TEXT PRIMARY KEY, day INTEGER NOT NULL, sealed BLOB NOT NULL) STRICT;
CREATE INDEX raw_day ON raw (day);

-- A row stays when its subject is no longer due (at is null), for its waits and its fence.
CREATE TABLE due (
	subject TEXT PRIMARY KEY,
	at INTEGER,                 -- when to look
	seq INTEGER NOT NULL,       -- number of the newest mark
	first INTEGER NOT NULL,     -- number of the first mark since the last look
	touches TEXT NOT NULL,      -- kinds of fact since the last look, each with the number of its newest mark; * is any
	fresh INTEGER,              -- the earliest time asked for by marks made since the claim
	fresh_first INTEGER,        -- the number of the first of those
	owner TEXT,
	until INTEGER,              -- end of the lease; null when nobody looks
	fence INTEGER NOT NULL,
	since INTEGER NOT NULL,     -- marks up to this number were taken into account by a finished look
	waits TEXT,                 -- the facts that could change the last verdict; null is any
	again INTEGER               -- when the last verdict asked to be looked at again
) STRICT, WITHOUT ROWID;
CREATE INDEX due_order ON due (at, first, subject) WHERE at IS NOT NULL;
CREATE INDEX due_lease ON due (until) WHERE until IS NOT NULL;

CREATE TABLE head (repository INTEGER, sha TEXT, number INTEGER, PRIMARY KEY (repository, sha, number)) STRICT, WITHOUT ROWID;
CREATE TABLE memory (subject TEXT PRIMARY KEY, seq INTEGER NOT NULL, doc TEXT NOT NULL) STRICT;
CREATE TABLE cursor (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
`, `
CREATE TABLE document (name TEXT PRIMARY KEY, doc TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- The newest log number that is committed.
CREATE TABLE position (one INTEGER PRIMARY KEY, seq INTEGER NOT NULL) STRICT;
INSERT INTO position SELECT 1, coalesce(max(seq), 0) FROM (SELECT seq FROM event UNION ALL SELECT seq FROM due) AS numbers;
`, `
-- Whose turn a row waits for; 0 is not known. A row of before learns it with its next mark.
ALTER TABLE due ADD COLUMN installation INTEGER NOT NULL DEFAULT 0;
DROP INDEX due_order;
CREATE INDEX due_order ON due (installation, at, first, subject) WHERE at IS NOT NULL;

-- No row that was purged has had a higher fence; new rows begin there.
ALTER TABLE position ADD COLUMN fence INTEGER NOT NULL DEFAULT 0;
CREATE INDEX head_pull ON head (repository, number);
`}
	peopleSchema = []string{`
CREATE TABLE person (token TEXT PRIMARY KEY, id INTEGER NOT NULL UNIQUE, login TEXT NOT NULL) STRICT;
CREATE TABLE day_key (day INTEGER PRIMARY KEY, key BLOB NOT NULL) STRICT;
`}
)

// dialect is what the two databases do not say in the same words. Everything else they do.
type dialect struct {
	mark      string // arguments: subject, at, number, touches, installation
	claimable string // arguments: installation, now, limit
	dueRow    string
	document  string
	scrub     string // what makes deleted keys of days unreadable
}

const (
	lockRow   = ` FOR UPDATE`
	lockQueue = ` FOR UPDATE SKIP LOCKED`
)

var (
	inSQLite = dialect{
		mark:      sqlMark + `json_patch(due.touches, excluded.touches)`,
		claimable: sqlClaimable,
		dueRow:    sqlDueRow,
		document:  sqlGetDocument,
		scrub:     `PRAGMA wal_checkpoint(TRUNCATE)`,
	}
	inPostgres = dialect{
		mark:      sqlMark + `CAST(CAST(due.touches AS jsonb) || CAST(excluded.touches AS jsonb) AS text)`,
		claimable: sqlClaimable + lockQueue,
		dueRow:    sqlDueRow + lockRow,
		document:  sqlGetDocument + lockRow,
		scrub:     `VACUUM FULL people.day_key`,
	}
)

// The log.
const (
	sqlPosition    = `SELECT seq FROM position`
	sqlSetPosition = `UPDATE position SET seq = $1`
	sqlAddDelivery = `INSERT INTO delivery (id, received) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING id`
	sqlHasDelivery = `SELECT count(*) FROM delivery WHERE id = $1`
	sqlAddRaw      = `INSERT INTO raw (delivery, day, sealed) VALUES ($1, $2, $3)`
	sqlGetRaw      = `SELECT day, sealed FROM raw WHERE delivery = $1`
	sqlForgetRaw   = `DELETE FROM raw WHERE delivery IN (SELECT delivery FROM raw WHERE day < $1 LIMIT $2) RETURNING delivery`
	sqlAddEvent    = `INSERT INTO event (seq, delivery, at, received, source, kind, installation, repository, subject, actor, must_show, facts)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`
	// Query.where completes it.
	sqlEvents = `SELECT seq, delivery, at, received, source, kind, installation, repository, subject, actor, must_show, facts FROM event`
)

// Heads, memory, cursors, documents.
const (
	sqlAddHead   = `INSERT INTO head (repository, sha, number) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`
	sqlHeads     = `SELECT number FROM head WHERE repository = $1 AND sha = $2 ORDER BY number`
	sqlSetMemory = `INSERT INTO memory (subject, seq, doc) VALUES ($1, $2, $3)
		ON CONFLICT (subject) DO UPDATE SET seq = excluded.seq, doc = excluded.doc WHERE excluded.seq >= memory.seq`
	sqlGetMemory  = `SELECT doc, seq FROM memory WHERE subject = $1`
	sqlSetCursor  = `INSERT INTO cursor (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value`
	sqlGetCursor  = `SELECT value FROM cursor WHERE name = $1`
	sqlSubjects   = `SELECT subject FROM due WHERE substr(subject, 1, length(CAST($1 AS TEXT))) = $1 AND subject >= $1`
	sqlGetCursors = `SELECT name, value FROM cursor WHERE substr(name, 1, length(CAST($1 AS TEXT))) = $1 AND name >= $1 ORDER BY name`

	sqlGetDocument  = `SELECT doc FROM document WHERE name = $1`
	sqlAddDocument  = `INSERT INTO document (name, doc) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING name`
	sqlSetDocument  = `UPDATE document SET doc = $2 WHERE name = $1`
	sqlDropDocument = `DELETE FROM document WHERE name = $1`
)

// The due set.
const (
	dueColumns = `subject, installation, at, seq, first, touches, fresh, fresh_first, until, fence, since, waits, again`

	sqlMark = `INSERT INTO due (subject, installation, at, seq, first, touches, fence, since)
		VALUES ($1, $5, $2, $3, $3, $4, (SELECT fence FROM position), 0)
		ON CONFLICT (subject) DO UPDATE SET
			installation = CASE WHEN excluded.installation = 0 THEN due.installation ELSE excluded.installation END,
			at = CASE WHEN due.at <= excluded.at THEN due.at ELSE excluded.at END,
			fresh = CASE WHEN due.until IS NOT NULL THEN CASE WHEN due.fresh <= excluded.at THEN due.fresh ELSE excluded.at END END,
			fresh_first = CASE WHEN due.until IS NOT NULL THEN coalesce(due.fresh_first, excluded.seq) END,
			first = CASE WHEN due.touches = '{}' THEN excluded.seq ELSE due.first END,
			seq = excluded.seq,
			touches = `

	// Installations that have something due, each found with one step in the index.
	sqlTurns = `WITH RECURSIVE turn (id) AS (
			SELECT min(installation) FROM due WHERE at IS NOT NULL
			UNION ALL SELECT (SELECT min(installation) FROM due WHERE at IS NOT NULL AND installation > turn.id) FROM turn WHERE turn.id IS NOT NULL) `
	sqlWaiting = sqlTurns + `SELECT id, oldest FROM (SELECT id, (SELECT min(at) FROM due
			WHERE installation = turn.id AND at <= $1 AND (until IS NULL OR until <= $1)) AS oldest FROM turn WHERE id IS NOT NULL) AS waiting
		WHERE oldest IS NOT NULL ORDER BY oldest, id`
	sqlClaimable = `SELECT ` + dueColumns + ` FROM due
		WHERE installation = $1 AND at <= $2 AND (until IS NULL OR until <= $2) ORDER BY at, first, subject LIMIT $3`
	sqlDueRow  = `SELECT ` + dueColumns + ` FROM due WHERE subject = $1`
	sqlDrop    = `UPDATE due SET at = again, touches = '{}', first = seq, fresh = NULL, fresh_first = NULL, until = NULL WHERE subject = $1`
	sqlNewRow  = `INSERT INTO due (subject, at, seq, first, touches, fence, since) VALUES ($1, NULL, 0, 0, '{}', (SELECT fence FROM position), 0) ON CONFLICT DO NOTHING`
	sqlTake    = `UPDATE due SET at = $1, owner = $2, until = $3, fence = $4, touches = $5, fresh = NULL, fresh_first = NULL WHERE subject = $6`
	sqlExpire  = `UPDATE due SET until = 0 WHERE until IS NOT NULL`
	sqlExtend  = `UPDATE due SET until = $1 WHERE subject = $2`
	sqlRelease = `UPDATE due SET at = $1, fresh = NULL, fresh_first = NULL, owner = NULL, until = NULL WHERE subject = $2`
	sqlFinish  = `UPDATE due SET at = $1, first = $2, touches = $3, since = $4, waits = $5, again = $6,
		fresh = NULL, fresh_first = NULL, owner = NULL, until = $7 WHERE subject = $8`
	sqlNextDue = sqlTurns + `SELECT min(t) FROM (
		SELECT (SELECT min(at) FROM due WHERE installation = turn.id AND at IS NOT NULL AND until IS NULL) AS t FROM turn WHERE id IS NOT NULL
		UNION ALL SELECT min(CASE WHEN at > until THEN at ELSE until END) FROM due WHERE until IS NOT NULL) AS times`
	sqlStanding = `SELECT at, owner, since, waits, again FROM due WHERE subject = $1`
	sqlBacklog  = `SELECT
		(SELECT count(*) FROM due WHERE at <= $1 AND until IS NULL) + (SELECT count(*) FROM due WHERE until <= $1 AND owner IS NULL AND at <= $1),
		(SELECT min(at) FROM (SELECT min(at) AS at FROM due WHERE at <= $1 AND until IS NULL
			UNION ALL SELECT min(at) FROM due WHERE until <= $1 AND owner IS NULL AND at <= $1) AS oldest),
		(SELECT count(*) FROM due WHERE at > $1 AND until IS NULL) + (SELECT count(*) FROM due WHERE until IS NOT NULL AND owner IS NULL AND (until > $1 OR at > $1)),
		(SELECT count(*) FROM due WHERE until > $1 AND owner IS NOT NULL),
		(SELECT count(*) FROM due WHERE until <= $1 AND owner IS NOT NULL)`
)

// What may go.
const (
	sqlPulls = `SELECT subject, at IS NULL AND until IS NULL,
			coalesce((SELECT received FROM event WHERE event.subject = due.subject ORDER BY seq DESC LIMIT 1), 0)
		FROM due WHERE subject > $1 AND subject < 'pr;' ORDER BY subject LIMIT $2`
	sqlPurgePull  = `DELETE FROM due WHERE subject = $1 AND at IS NULL AND until IS NULL RETURNING fence`
	sqlPurgeRange = `DELETE FROM due WHERE until IS NULL AND subject IN
		(SELECT subject FROM due WHERE subject >= $1 AND subject < $2 AND until IS NULL ORDER BY subject LIMIT $3) RETURNING fence`
	sqlRaiseFence    = `UPDATE position SET fence = $1 WHERE fence < $1`
	sqlPurgeMemory   = `DELETE FROM memory WHERE subject = $1`
	sqlPurgeMemories = `DELETE FROM memory WHERE subject IN (SELECT subject FROM memory WHERE subject >= $1 AND subject < $2 ORDER BY subject LIMIT $3)`
	sqlPurgeHeads    = `DELETE FROM head WHERE repository = $1 AND number = $2`
	sqlPurgeAllHeads = `DELETE FROM head WHERE repository = $1 AND number IN (SELECT number FROM head WHERE repository = $1 ORDER BY number LIMIT $2)`
	sqlLeft          = `SELECT (SELECT count(*) FROM (SELECT 1 FROM due WHERE subject >= $1 AND subject < $2 LIMIT 1) AS rows)
		+ (SELECT count(*) FROM (SELECT 1 FROM memory WHERE subject >= $1 AND subject < $2 LIMIT 1) AS rows)`
	sqlHeadsLeft = `SELECT count(*) FROM (SELECT 1 FROM head WHERE repository = $1 LIMIT 1) AS rows`
	sqlNewestOf  = `SELECT CASE WHEN CAST($1 AS bigint) <> 0
		THEN coalesce((SELECT received FROM event WHERE repository = $1 ORDER BY seq DESC LIMIT 1), 0)
		ELSE coalesce((SELECT received FROM event WHERE subject = $2 ORDER BY seq DESC LIMIT 1), 0) END`
	sqlDropCursor = `DELETE FROM cursor WHERE name = $1`
)

// People and keys.
const (
	sqlToken      = `SELECT token, login FROM person WHERE id = $1`
	sqlPerson     = `SELECT id, login FROM person WHERE token = $1`
	sqlAddPerson  = `INSERT INTO person (token, id, login) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING token`
	sqlRename     = `UPDATE person SET login = $1 WHERE id = $2`
	sqlAddDayKey  = `INSERT INTO day_key (day, key) VALUES ($1, $2) ON CONFLICT DO NOTHING`
	sqlGetDayKey  = `SELECT key FROM day_key WHERE day = $1`
	sqlForgetKeys = `DELETE FROM day_key WHERE day < $1`
)
