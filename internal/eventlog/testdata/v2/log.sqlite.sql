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
CREATE TABLE delivery (id TEXT PRIMARY KEY, received INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE raw (delivery TEXT PRIMARY KEY, day INTEGER NOT NULL, sealed BLOB NOT NULL) STRICT;
CREATE INDEX raw_day ON raw (day);
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
INSERT INTO event VALUES (1, 'd1', 1772442000000000, 1772442000000000, 'github', 'pull_request.opened', 1, 12, 'pr:12:7', 'clwrxytlncmlvyqxqwyf2utbny', '{"head":"a1"}', '{"state":"open","say":"it''s"}');
INSERT INTO event VALUES (2, 'd2', 1772442001000000, 1772442001000000, 'github', 'pull_request.opened', 1, 12, 'pr:12:8', 'clwrxytlncmlvyqxqwyf2utbny', '{"head":"a1"}', '{"state":"open","say":"it''s"}');
INSERT INTO event VALUES (3, 'd3', 1772442002000000, 1772442002000000, 'github', 'pull_request.opened', 1, 12, 'pr:12:9', 'clwrxytlncmlvyqxqwyf2utbny', '{"head":"a1"}', '{"state":"open","say":"it''s"}');
INSERT INTO event VALUES (4, 'd4', 1772442003000000, 1772442003000000, 'github', 'pull_request.opened', 1, 12, 'pr:12:10', 'clwrxytlncmlvyqxqwyf2utbny', '{"head":"a1"}', '{"state":"open","say":"it''s"}');
INSERT INTO delivery VALUES ('d1', 1772442000000000);
INSERT INTO delivery VALUES ('d2', 1772442001000000);
INSERT INTO delivery VALUES ('d3', 1772442002000000);
INSERT INTO delivery VALUES ('d4', 1772442003000000);
INSERT INTO raw VALUES ('d1', 20514, X'01e46094b690daf83a8ffc519ab5ddfd1908ae4c1a663b06e5a5b62f76665ae0b8099cff3d94c992a2649e39bfdebe6c465104ee2678f668d30a2d17675119f2105c5c34acaa80345bb74ff1c0ca106a1777');
INSERT INTO raw VALUES ('d2', 20514, X'015ed97d40282fa0dc39f3f3e4529f5becbd1487ee00e9fff434e2232420bfa0ee5bbcf88caed91c9f585b7959cca511da65e321ba9139fbf0c31baf93cf898036568b8f79974977c35c5164cb6be1d80474');
INSERT INTO raw VALUES ('d3', 20514, X'01bca907dba88b7c67c930c7c8a9174a4c4de00144c5a141f7fbfa607563acbe2a5850e4aa2628f276bb4e3e81237870a7760b54fa8884d8c75866c0c2924ad980771e56c0fc3662004214857cea26b6e524');
INSERT INTO raw VALUES ('d4', 20514, X'019a45608aa142683aa9007fa0540cb88245380b6882ab94d0d69e14a4fdb9bb9356374edc5d73b54b3ac0d07e2609522fb6d1dbb3cbe7b73372e8de829b076d3f7d7e7d89efed7a6f6fea25f5f3b26f7c9c');
INSERT INTO due VALUES ('base:12:main', 1772442300000000, 5, 5, '{"*":5}', NULL, NULL, NULL, NULL, 0, 0, NULL, NULL);
INSERT INTO due VALUES ('pr:12:10', 1772442003000000, 4, 4, '{"head":4}', NULL, NULL, NULL, NULL, 0, 0, NULL, NULL);
INSERT INTO due VALUES ('pr:12:7', 1772445600000000, 1, 1, '{}', NULL, NULL, NULL, NULL, 1, 1, '["review"]', 1772445600000000);
INSERT INTO due VALUES ('pr:12:8', 1772442001000000, 2, 2, '{"*":2,"head":2}', NULL, NULL, 'one', 1772442120000000, 1, 0, NULL, NULL);
INSERT INTO due VALUES ('pr:12:9', 1772442002000000, 3, 3, '{"head":3}', NULL, NULL, NULL, NULL, 0, 0, NULL, NULL);
INSERT INTO head VALUES (12, 'a0', 7);
INSERT INTO head VALUES (12, 'a1', 8);
INSERT INTO head VALUES (12, 'a2', 9);
INSERT INTO head VALUES (12, 'a3', 10);
INSERT INTO memory VALUES ('pr:12:7', 4, '{"n":1}');
INSERT INTO cursor VALUES ('seen:0', 'x');
INSERT INTO cursor VALUES ('seen:1', 'x');
INSERT INTO cursor VALUES ('seen:2', 'x');
INSERT INTO cursor VALUES ('seen:3', 'x');
CREATE TABLE document (name TEXT PRIMARY KEY, doc TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE position (one INTEGER PRIMARY KEY, seq INTEGER NOT NULL) STRICT;
INSERT INTO position VALUES (1, 5);
INSERT INTO document VALUES ('limits:1', '{"used":7}');
PRAGMA user_version = 2;
