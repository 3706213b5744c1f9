// Package story runs stories: text files that say what happens on GitHub and what pitcrew does then. The whole program
// runs (real handler, real log, real client, over HTTP); only GitHub and the clock are ours.
//
// A story is a txtar file. Its first paragraph promises something in plain words; then come
//
//	-- .platform.yml --     and any other path: a file of the base branch; owner/repo//path for another repository
//	-- github.yml --        GitHub's state: people, protection, pull requests (all optional)
//	-- options --           words, see below
//	-- script --            what happens, a line each
//	-- want --              the transcript
//	-- decide --            instead of want: what each pull request is expected to be decided, for authors of policies
//
// The verbs of a script are GitHub's (package ghsim lists them when it meets one that it does not know), and these of
// the runner's own:
//
//	wait, wait 2h           let time go on: until nothing moves, or for as long
//	restart [SECRET]        stop the program and start it again on the same data; with another secret of webhooks, beside
//	                        which the one before is still accepted
//	backup, restore         keep what the program remembers; lose it all, and start the program from what was kept
//	pause, resume NAME [BRANCH]
//	                        stop merging in a repository, one of its branches, or an organisation; go on with it
//	crash ROUTE [after]     kill the program in its next write of a kind: before GitHub hears of it, or after GitHub did
//	                        it and before the answer; then start it again
//
// What happens at the same moment stands on one line, separated by " ; ".
//
// The transcript has each line of the script; then what pitcrew wrote to GitHub, and each call of the script, in order, with
// GitHub's answer; then
// what was decided about releases; then, where nothing moves any more, what each open pull request waits for, if that
// changed. What was so before the script comes first. Commits have the names that the story gave them. The options show
// more: checks (check runs), reads (what pitcrew asked GitHub), requested (who is asked for a review), end (how each pull
// request ended), texts (with checks: what they say below their titles). The option observe is serve --observe.
//
// Time is virtual. A second passes before each line, and after it everything that becomes due within a minute and a half
// is done, in the order of time; so webhooks arrive, mergeability is computed and backoff passes without a word. A story
// fails in which pitcrew asks GitHub again and again without end, or in which what a line armed (fail, before, crash) never
// met its request.
package story
