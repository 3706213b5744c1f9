// Package ledger adds up. It folds the log into tables that reports and pages read: which acts were seen to take effect,
// how each open pull request stands, which release went where. Nothing in it is kept nowhere else: the file can be
// deleted, and Replay folds it anew.
//
// # Words
//
// A fold takes one event of the log and changes rows. All folds take an event in one transaction with the cursor, which
// is the number of the last event folded: whatever is killed, an event is folded once.
//
// An act is one change to GitHub, named by its kind, its subject and its key. It is open from its intent until it was
// seen, refused, or found absent when GitHub was read again. A duplicate of any of these events changes nothing.
//
// A chore is what a person would have had to do: a kind of act on one pull request, however often it was done. It is
// what minutes are counted on, one each; counted.go has the rules, and what does not count is kept with the reason.
//
// # Promises
//
//   - Replay gives the same rows as following the log did.
//   - An act counts when its effect was seen, not when it was sent, and no longer when it was undone.
//   - No table has a column for a person, nor for a title, an address or any other free text. Where a page names people,
//     their tokens come from the log, at the moment of drawing.
//   - No query reads more rows than it gives out and the index needs to find them, except for sums over a period.
//
// To add a report, write one file here: what it folds, if anything new, and its query; and name its fold in folds.
package ledger
