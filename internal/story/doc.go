// Package story runs stories: text files that say what happens on GitHub and what pitcrew does then. The whole program
// runs (real handler, real log, real client, over HTTP); only GitHub and the clock are ours.
//
// A story is a txtar file. Its first paragraph promises something in plain words; then come
//
//	-- .platform.yml --     and any other path: a file of the base branch; owner/repo//path for another repository
//	-- github.yml --        GitHub's state: people, protection, pull requests (all optional)
//	-- options --           words: observe, checks (show check runs), reads (show reads), end (show how all ended)
//	-- script --            what happens, a line each; see Verbs
//	-- want --              the transcript
//	-- decide --            instead of want: what each pull request is expected to be decided, for authors of policies
//
// The transcript has each line of the script; then what pitcrew wrote to GitHub, in order, with GitHub's answer; then,
// where nothing moves any more, what each open pull request waits for, if that changed. Commits have the names that the
// story gave them.
//
// Time is virtual. After each line everything that becomes due within a minute and a half is done, in the order of time;
// so webhooks arrive, mergeability is computed and backoff passes without a word. `wait 2h` goes on for as long.
package story
