// Package storm plays the whole program over the simulated GitHub in weather that one seed decides: repositories and policies, what
// people and CI do, what goes wrong, in which order, and when the program is killed and started again on the same data. An oracle
// that shares no code with the program watches (package oracle).
//
// A Plan is everything that the seed decided, as a list of steps each of which can be left out: that is how the timeline of a seed
// that failed is made short. Time is virtual, nothing sleeps, and nothing goes over the network: the same plan gives the same log
// and the same calls.
package storm
