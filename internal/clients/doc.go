// Package clients points clients that others wrote at the simulated GitHub, each doing what its users do all day: git over
// smart HTTP, GitHub's own command line gh, and GitHub's JavaScript libraries (octokit) as an App uses them. It holds tests only:
// where one of these clients is content, others will be; where it asks for something that the simulator does not know, the
// simulator has said so, and the test fails.
//
// Each test starts `pitcrew sim` as a process of its own, over HTTPS where the client insists on it. gh and Node are skipped
// where they are not installed; PITCREW_REQUIRE=gh,node makes that a failure.
//
// To add a client: one file with one test, and what it needs under testdata.
package clients
