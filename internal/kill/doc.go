// Package kill holds tests that let the program as it is shipped die, stand still, and meet disks and databases that fail,
// while it works. It is built with go build and runs in processes of its own on loopback, in front of a simulated GitHub whose
// people and CI go on all the time. Nothing of it is part of the program.
//
// # Words
//
// A hub is the simulated GitHub with everybody around it: the oracle that watches, the clients that deliver side by side with
// GitHub, and the account of what was answered 2xx. A copy is one process of the program. A blow is what happens to a copy at a
// moment that a seed chooses: a time, a delivery that was answered, a write to GitHub before it was heard of or before its
// answer was.
//
// # What must hold
//
//   - A delivery that was answered 2xx is in the log exactly once, with every event that it meant and the bytes that came.
//   - A reader that follows the log by its numbers reads each event once, in rising order.
//   - No act has two effects, whatever was killed between intent, request, answer and outcome (invariants I1 to I8 of package
//     oracle).
//   - Where the disk or the database fails, the hook answers 503, and the program recovers by itself.
//   - In the end everything that is owed is done, the files are sound, and the report counts what was done.
//
// # How much
//
// By default there is a little of everything. What CI plays, and a night:
//
//	go test ./internal/kill -kills 100 -killed-for 45s -leases
//	go test ./internal/kill -run 'Kills|Copies' -kills 1000 -killed-for 1h -timeout 3h
//
// -seed repeats what a seed chose; when it happened to the processes stays theirs. It needs PostgreSQL, strace, and the right
// to mount; a test that lacks something says so, and PITCREW_REQUIRE=postgres,strace,mount makes that a failure.
package kill
