// Package eventlog remembers. It holds the log, which is append-only and for ever, and beside it, in the same
// transactions, the set of subjects that must be looked at.
//
// # Words
//
// An Event is something that happened, in GitHub, in another tool or in pitcrew itself. Its number, Seq, rises in the
// order of commits and is never used twice; numbers may be missing. What arrived in one webhook is one delivery, and a
// delivery that is there already changes nothing.
//
// A Mark makes a subject due: there is one row for each subject, whatever the number of marks, with the kinds of fact
// that touched it since the last look. A Claim is the right to look at a subject, for as long as its lease. Each claim
// of a subject has a higher fence than the one before, and what a former holder writes is refused with ErrFence. What
// ends a look, Finish, says which facts could change its verdict, the waits: a row that was touched by other facts only
// is dropped without a look.
//
// Memory is a cached fold over the events of a subject, up to Memory.Seq. Who reads it folds what came after.
//
// # Promises
//
//   - What Append, Note and Finish returned without an error is on disk, synced, and survives the loss of the process or
//     the machine. What they returned an error for is not there, not even by half; only where the answer of a database
//     to a commit is lost, or where the machine or the process is lost after a disk refused to sync, it may be there, whole,
//     and the delivery made again is then a duplicate.
//   - An event and the marks that it causes are one transaction. So are the end of a look and all that it wrote.
//   - A row that was claimed is looked at to the end by somebody: when its lease ends without Finish or Release, it can
//     be claimed again, and no waits drop it.
//   - A mark made while its subject is being looked at is never lost: Finish leaves the row due.
//   - Whoever reads Seq > last in pages reads every event once, in order.
//
// # Files
//
// log.db has deliveries, events, due rows, memory, heads and cursors. people.db has what must be possible to forget: who
// is behind a person token, and the keys of raw deliveries, one a day; without the day's key a raw delivery is noise.
// pitcrew.lock is held by the one process that writes. All writes go through one goroutine for each file, which commits
// what is waiting, up to 64 operations, with one sync; nothing waits for a group to fill. Readers have connections of
// their own and page, since a long read keeps the write-ahead log from being truncated.
//
// # A database
//
// Open takes the URL of a PostgreSQL database (13 or newer) as well, which several copies of the program may share: the
// schemas log and people have the same tables. What gives log numbers is committed in groups under one advisory lock, so
// that numbers become visible in their order; claims skip rows that another copy has locked; everything else is a short
// transaction of its own, READ COMMITTED. After a group its copy notifies the others, who poll each second besides. A
// lease outlives the process that held it, since nobody can tell whether that is gone. It needs a connection of its own
// for each session (no pooler by transaction). A forgotten key's table is rewritten, but the server's own log has it
// until that is recycled.
//
// All statements are in statements.go, in words that both databases know, but for the few of a dialect. To change a
// table, append a step to its schema there, and keep what the version before has written in testdata.
package eventlog
