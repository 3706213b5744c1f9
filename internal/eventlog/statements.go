package eventlog

// schemas of the two files: each element brings a file from the version that is its index to the next one. Released
// steps are never edited. Times are microseconds since 1970 in UTC.
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
`}
	peopleSchema = []string{`
CREATE TABLE person (token TEXT PRIMARY KEY, id INTEGER NOT NULL UNIQUE, login TEXT NOT NULL) STRICT;
CREATE TABLE day_key (day INTEGER PRIMARY KEY, key BLOB NOT NULL) STRICT;
`}
)

// The log.
const (
	sqlNewestNumber = `SELECT max(coalesce((SELECT max(seq) FROM event), 0), coalesce((SELECT max(seq) FROM due), 0))`
	sqlNewestEvent  = `SELECT coalesce(max(seq), 0) FROM event`
	sqlAddDelivery  = `INSERT INTO delivery (id, received) VALUES (?, ?) ON CONFLICT DO NOTHING`
	sqlHasDelivery  = `SELECT count(*) FROM delivery WHERE id = ?`
	sqlAddRaw       = `INSERT INTO raw (delivery, day, sealed) VALUES (?, ?, ?)`
	sqlGetRaw       = `SELECT day, sealed FROM raw WHERE delivery = ?`
	sqlForgetRaw    = `DELETE FROM raw WHERE rowid IN (SELECT rowid FROM raw WHERE day < ? LIMIT ?)`
	sqlAddEvent     = `INSERT INTO event (seq, delivery, at, received, source, kind, installation, repository, subject, actor, must_show, facts)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	// Query.where completes it.
	sqlEvents = `SELECT seq, delivery, at, received, source, kind, installation, repository, subject, actor, must_show, facts FROM event`
)

// Heads, memory, cursors.
const (
	sqlAddHead   = `INSERT INTO head (repository, sha, number) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`
	sqlHeads     = `SELECT number FROM head WHERE repository = ? AND sha = ? ORDER BY number`
	sqlSetMemory = `INSERT INTO memory (subject, seq, doc) VALUES (?, ?, ?)
		ON CONFLICT (subject) DO UPDATE SET seq = excluded.seq, doc = excluded.doc WHERE excluded.seq >= memory.seq`
	sqlGetMemory  = `SELECT doc, seq FROM memory WHERE subject = ?`
	sqlSetCursor  = `INSERT INTO cursor (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`
	sqlGetCursor  = `SELECT value FROM cursor WHERE name = ?`
	sqlGetCursors = `SELECT name, value FROM cursor WHERE substr(name, 1, length(?1)) = ?1 AND name >= ?1 ORDER BY name`
)

// The due set.
const (
	// Arguments: subject, at, number, touches.
	sqlMark = `INSERT INTO due (subject, at, seq, first, touches, fence, since) VALUES (?1, ?2, ?3, ?3, ?4, 0, 0)
		ON CONFLICT (subject) DO UPDATE SET
			at = min(coalesce(at, excluded.at), excluded.at),
			fresh = CASE WHEN until IS NOT NULL THEN min(coalesce(fresh, excluded.at), excluded.at) END,
			fresh_first = CASE WHEN until IS NOT NULL THEN coalesce(fresh_first, excluded.seq) END,
			first = CASE WHEN touches = '{}' THEN excluded.seq ELSE first END,
			seq = excluded.seq,
			touches = json_patch(touches, excluded.touches)`
	sqlClaimable = `SELECT subject, at, seq, first, touches, fresh, fresh_first, until, fence, since, waits, again FROM due
		WHERE at <= ?1 AND (until IS NULL OR until <= ?1) ORDER BY at, first, subject LIMIT ?2`
	sqlDueRow  = `SELECT subject, at, seq, first, touches, fresh, fresh_first, until, fence, since, waits, again FROM due WHERE subject = ?`
	sqlDrop    = `UPDATE due SET at = again, touches = '{}', first = seq, fresh = NULL, fresh_first = NULL WHERE subject = ?`
	sqlNewRow  = `INSERT INTO due (subject, at, seq, first, touches, fence, since) VALUES (?, NULL, 0, 0, '{}', 0, 0)`
	sqlTake    = `UPDATE due SET at = ?, owner = ?, until = ?, fence = ?, touches = ?, fresh = NULL, fresh_first = NULL WHERE subject = ?`
	sqlExpire  = `UPDATE due SET until = 0 WHERE until IS NOT NULL`
	sqlExtend  = `UPDATE due SET until = ? WHERE subject = ?`
	sqlRelease = `UPDATE due SET at = ?, fresh = NULL, fresh_first = NULL, owner = NULL, until = NULL WHERE subject = ?`
	sqlFinish  = `UPDATE due SET at = ?, first = ?, touches = ?, since = ?, waits = ?, again = ?, fresh = NULL, fresh_first = NULL, owner = NULL, until = NULL WHERE subject = ?`
	sqlNextDue = `SELECT min(t) FROM (
		SELECT min(at) AS t FROM due WHERE at IS NOT NULL AND until IS NULL
		UNION ALL SELECT min(max(at, until)) FROM due WHERE until IS NOT NULL)`
	sqlStanding = `SELECT at, owner, since, waits, again FROM due WHERE subject = ?`
	sqlBacklog  = `SELECT
		(SELECT count(*) FROM due WHERE at <= ?1 AND until IS NULL),
		(SELECT min(at) FROM due WHERE at <= ?1 AND until IS NULL),
		(SELECT count(*) FROM due WHERE at > ?1 AND until IS NULL),
		(SELECT count(*) FROM due WHERE until > ?1),
		(SELECT count(*) FROM due WHERE until <= ?1)`
)

// People and keys.
const (
	sqlToken       = `SELECT token, login FROM person WHERE id = ?`
	sqlPerson      = `SELECT id, login FROM person WHERE token = ?`
	sqlAddPerson   = `INSERT INTO person (token, id, login) VALUES (?, ?, ?) ON CONFLICT (token) DO NOTHING`
	sqlRename      = `UPDATE person SET login = ? WHERE id = ?`
	sqlAddDayKey   = `INSERT INTO day_key (day, key) VALUES (?, ?) ON CONFLICT DO NOTHING`
	sqlGetDayKey   = `SELECT key FROM day_key WHERE day = ?`
	sqlForgetKeys  = `DELETE FROM day_key WHERE day < ?`
	sqlTruncateWAL = `PRAGMA wal_checkpoint(TRUNCATE)`
)
