package main

// mistakes are all that are known, in the order of the invariants that they break. A row whose text was changed in the program says
// so in the package's test: find what carries the behaviour now.
var mistakes = []mistake{
	{
		"merge-without-head", "I1", "merges without the head that it decided on",
		[]edit{{"internal/github/land.go", "}{a.Head, a.Method, ", `}{"", a.Method, `}},
		[]check{tests("internal/github", "TestMergeRequest"), stories("push-before-merge"), storms("I1")},
	},
	{
		"stale-approval", "I1", "counts an approval of an older head",
		[]edit{{"rules/approvals.go", "	heads := map[string]bool{p.Head: true}\n", "	heads := map[string]bool{p.Head: true}\n\tfor _, r := range p.Reviews {\n\t\theads[r.Commit] = true\n\t}\n"}},
		[]check{tests("rules", "TestApprovals"), stories("stale-approval"), storms("I1")},
	},
	{
		"fork-unapproved", "I1", "merges from a fork without an approval of its head, where the policy asks for none",
		[]edit{{"rules/fork.go", `case !p.Fork || hasReason`, `case true || hasReason`}},
		[]check{tests("rules", "TestLanding"), stories("fork-not-approved", "fork-push-after-approval"), storms("I1")},
	},
	{
		"fork-not-lent", "I1", "updates the branch of a fork that its owner did not lend",
		[]edit{{"internal/github/fork.go", `case !r.MaintainerCanModify:`, `case !r.MaintainerCanModify && false:`}},
		[]check{tests("internal/github", "TestEdits"), stories("fork-not-updated")},
	},
	{
		"reader-approves", "I1", "counts the approval of somebody who may not write",
		[]edit{{"rules/approvals.go", `!r.Writer || r.By.Bot`, `r.By.Bot`}},
		[]check{tests("rules", "TestApprovals"), stories("approvals-that-do-not-count")},
	},
	{
		"changes-requested-ignored", "I1", "merges although changes are requested",
		[]edit{{"rules/approvals.go", `r.State == "COMMENTED" ||`, `r.State == "COMMENTED" || r.State == "CHANGES_REQUESTED" ||`}},
		[]check{tests("rules", "TestApprovals"), stories("changes-requested"), storms("I1")},
	},
	{
		"freeze-forgotten", "I1", "merges in a freeze",
		[]edit{{"rules/times.go", "Holding(s.Now); frozen {\n\t\treasons", "Holding(s.Now); frozen && false {\n\t\treasons"}},
		[]check{stories("decide-freeze"), storms("I1")},
	},
	{
		"soak-forgotten", "I1", "merges what was approved and green a moment ago, where it is to soak",
		[]edit{{"rules/times.go", "case s.Now.Before(until):", "case false:"}},
		[]check{stories("decide-soak"), storms("I1")},
	},
	{
		"pause-forgotten", "I1", "merges while merging is paused",
		[]edit{{"rules/pause.go", "if stand == InLine {", "if stand == InLine && false {"}},
		[]check{stories("pause-holds-the-line", "pause-while-in-line"), storms("I1")},
	},
	{
		"forged-update", "I1", "takes a push that looks like its own update for one, with the approvals of the head before",
		[]edit{{"rules/settle.go", `if p.HeadSigned {`, `if true {`}},
		[]check{tests("rules", "TestSettle"), stories("forged-update")},
	},
	{
		"merge-believed", "I1", "takes whatever a merge made for what was decided on",
		[]edit{{"rules/landed.go", `c := m.compare(l)`, `c := Comparison{Same: Yes}`}},
		[]check{tests("rules", "TestCompare"), stories("landed-wrong-tree")},
	},
	{
		"config-of-head", "I1", "follows the .platform.yml of the pull request's own head",
		[]edit{
			{"internal/github/queries.go", `headRef{target{oid ...on Commit{tree{oid}`, `headRef{target{oid ...on Commit{config:file(path:".platform.yml"){oid} tree{oid}`},
			{"internal/github/snapshot.go", "	if err := c.govern(ctx, s, ref, g); err != nil {", "	if reply.HeadRef.config() != \"\" {\n\t\tg.base.Target.Config = reply.HeadRef.Target.Config\n\t}\n	if err := c.govern(ctx, s, ref, g); err != nil {"},
		},
		[]check{stories("bug-config-of-head")},
	},
	{
		"checks-of-another-head", "I1", "takes the checks of another commit for those of the head",
		[]edit{{"internal/github/pull.go", `c == nil || c.OID != p.Head {`, `c == nil {`}},
		[]check{tests("internal/github", "TestRollupOfAnotherHead")},
	},
	{
		"check-of-any-app", "I1", "takes a check of any App for the one that the base demands of a certain App",
		[]edit{{"rules/checks.go", `(required.App == 0 || c.App == required.App)`, `true`}},
		[]check{tests("rules", "TestChecks"), stories("check-pinned-to-app")},
	},
	{
		"lag-for-truth", "I1", "decides on reads that do not show yet what a webhook said",
		[]edit{{"internal/engine/visible.go", "	if shown {\n\t\tif newest", "	if shown || true {\n\t\tif newest"}},
		[]check{stories("lagging-read", "lagging-read-at-base"), storms("I1")},
	},
	{
		"lagging-file", "I5", "follows a .platform.yml that a push has just replaced",
		[]edit{{"internal/engine/visible.go", "must.Rules && must.Tip != source.Tip", "must.Rules && false"}},
		[]check{stories("lagging-read-of-config")},
	},
	{
		"old-snapshot", "I1", "writes on what it saw longer ago than 5 s",
		[]edit{
			{"internal/engine/act.go", `now.Sub(s.Now) > fresh {`, `false {`},
			{"internal/engine/repo.go", `l.Now().Sub(s.Now) > fresh {`, `false {`},
		},
		[]check{tests("internal/engine", "TestNothingIsSentOnASnapshotThatGrewOld")},
	},
	{
		"acknowledge-before-commit", "I2", "answers a webhook, and writes it to disk a moment later",
		[]edit{
			{"internal/eventlog/writer.go", `import (`, "import (\n\t\"time\""},
			{"internal/eventlog/writer.go", "	t, again, err := w.transact(ops)\n", "	for _, op := range ops {\n\t\tanswer := op.done\n\t\top.done = make(chan error, 1)\n\t\tanswer <- nil\n\t}\n\ttime.Sleep(20 * time.Millisecond)\n\tt, again, err := w.transact(ops)\n"},
		},
		[]check{tests("internal/eventlog", "TestDiskFull|TestKill")},
	},
	{
		"acknowledge-what-failed", "I2", "answers 2xx though the log could not be written",
		[]edit{{"server/hook.go", "	if err != nil {\n\t\treturn unavailable(err)\n\t}\n\tlog.Debug()", "	log.Debug().Err(err)"}},
		[]check{tests("server", "TestHookWithoutLog"), storms("I2")},
	},
	{
		"no-deduplication", "I2", "takes a delivery that it has for a new one",
		[]edit{
			{"internal/eventlog/append.go", `*out = Appended{Duplicate: !added}`, `*out = Appended{Duplicate: !added && false}`},
			{"internal/eventlog/statements.go", "INSERT INTO raw (delivery, day, sealed) VALUES ($1, $2, $3)`", "INSERT INTO raw (delivery, day, sealed) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`"},
		},
		[]check{tests("internal/eventlog", "TestSQLite"), storms("I2")},
	},
	{
		"trust-the-sender", "I2", "takes a webhook whoever signed it",
		[]edit{{"server/signature.go", `ok = hmac.Equal(mac.Sum(nil), signature) || ok`, `ok = true`}},
		[]check{tests("server", "TestHookAnswers"), storms("I2")},
	},
	{
		"act-before-intent", "I3", "sends an act before its intent is on disk",
		[]edit{{"internal/engine/act.go", "	if err := l.note(ctx); err != nil {\n\t\treturn notSent, err\n\t}\n", ""}},
		[]check{stories("crash-update", "crash-reviewers"), smallWorld("I8")},
	},
	{
		"blind-retry", "I3", "sends what was not answered, or with 5xx, at once again",
		[]edit{{"internal/github/rest.go", `if err == nil && r.Status == http.StatusUnauthorized {`, `if err != nil || r.Status == http.StatusUnauthorized || r.Status >= 500 {`}},
		[]check{stories("merge-502-with-effect", "reviewers-502"), storms("I3")},
	},
	{
		"second-comment", "I3", "does not know its own comment, and writes another where the answer to the first was lost",
		[]edit{{"internal/github/comment.go", `one.User.ID == app.User && strings`, `one.User.ID != app.User && strings`}},
		[]check{tests("internal/github", "TestOwnComment"), stories("comment-lost-answer", "comment-crash"), storms("I3")},
	},
	{
		"comment-mentions", "I5", "mentions and points where a comment must call nobody",
		[]edit{{"rules/comment.go", `quiet(stated(s, p, verdicts, names, "").Summary)`, `strings.ReplaceAll(stated(s, p, verdicts, names, "").Summary, "\u200b", "")`}},
		[]check{tests("rules", "TestCommentIsQuiet"), stories("comment-quiet")},
	},
	{
		"lease-without-fence", "I3", "lets whoever had a lease write, though another has it now",
		[]edit{{"internal/eventlog/look.go", `(!found || row.fence != c.Fence || !row.until.Valid)`, `!found`}},
		[]check{tests("internal/eventlog", "TestSQLite")},
	},
	{
		"leased-twice", "I3", "gives a subject to a second look while the first still looks",
		[]edit{{"internal/eventlog/statements.go", ` AND (until IS NULL OR until <= $2) ORDER BY`, ` ORDER BY`}},
		[]check{tests("internal/eventlog", "TestSQLite")},
	},
	{
		"waits-drop-an-event", "I4", "forgets what touched a subject while it was looked at, so that its waits drop it",
		[]edit{{"internal/eventlog/look.go", `row.touches.after(taken).String()`, `touches{}.String()`}},
		[]check{tests("internal/eventlog", "TestSQLite")},
	},
	{
		"sweep-marks-nothing", "I4", "sweeps, and does nothing about what it finds",
		[]edit{{"internal/engine/sweep.go", `l.spread(marks); len(r.Todo) > 0`, `l.spread(marks[:0]); len(r.Todo) > 0`}},
		[]check{stories("webhooks-lost-sweep")},
	},
	{
		"gone-for-good", "I4", "takes what GitHub once did not find for gone for ever",
		[]edit{{"internal/engine/look.go", `if times := e.failed(s); times < len(believed) {`, `if times := e.failed(s); times < 0 {`}},
		[]check{stories("gone-for-a-moment")},
	},
	{
		"observing-acts", "I5", "acts where it is only to observe",
		[]edit{{"internal/github/do.go", `return !report || !w.Check || w.Writer.Observes(a)`, `return report && !w.Check`}},
		[]check{stories("observing"), storms("I5")},
	},
	{
		"covered-no-more", "I5", "sends an act although the installation lost the repository, or was suspended, since it was decided",
		[]edit{{"internal/engine/repo.go", `if !known || now.Gone || now.Suspended || now.Installation != l.repo.Installation {`, `if (!known || now.Gone) && false {`}},
		[]check{tests("internal/engine", "TestNothingIsSentOnASnapshotThatGrewOld")},
	},
	{
		"deletes-what-is-merged-into", "I5", "deletes a branch although another pull request has it as its base, which GitHub then closes",
		[]edit{{"rules/tidy.go", `if len(b.Based) > 0 {`, `if false {`}},
		[]check{tests("rules", "TestTidy"), stories("delete-branch-retargets")},
	},
	{
		"overwrites-people", "I5", "moves its own branch although somebody else has pushed to it",
		[]edit{{"rules/propagate.go", `if !t.Proposed.Ours {`, `if false {`}},
		[]check{tests("rules", "TestPropagate"), stories("propagate-foreign-commit")},
	},
	{
		"updates-without-end", "I6", "updates a branch more often than its budget of the day has it",
		[]edit{{"rules/update.go", `n >= u.PerDay {`, `n >= u.PerDay+100 {`}},
		[]check{tests("rules", "TestLine"), stories("update-budget"), storms("I6")},
	},
	{
		"ignore-retry-after", "I6", "takes GitHub's Retry-After for a failure like others",
		[]edit{{"internal/github/rest.go", `	if r.Status != http.StatusForbidden && r.Status != http.StatusTooManyRequests {`, `	if r.Header.Get("Retry-After") != "" || r.Status != http.StatusForbidden && r.Status != http.StatusTooManyRequests {`}},
		[]check{tests("internal/github", "TestLimitReplies"), stories("limit-retry-after"), storms("I6")},
	},
	{
		"limits-forgotten-on-restart", "I6", "forgets at a restart what it sent, and what GitHub asked it to wait for",
		[]edit{{"server/program.go", `Transport: meters.Transport(s.Transport), Rows: log,`, `Transport: meters.Transport(s.Transport),`}},
		[]check{stories("limit-survives-restart"), storms("I6")},
	},
	{
		"packages-of-others", "I7", "offers a release to the repositories of every installation",
		[]edit{
			{"internal/engine/release.go", "	repos, err := l.repositories(ctx, l.repo.Installation)\n\tif err != nil {\n\t\treturn nil, err\n\t}\n\tusers, err := l.GitHub.Users(ctx, l.repo.Installation, repos, s.Release.Package)\n\tif err != nil {\n\t\treturn nil, err\n\t}\n",
				"	installations, err := l.GitHub.Installations(ctx)\n\tif err != nil {\n\t\treturn nil, err\n\t}\n\tvar users []github.RepoRef\n\tfor _, i := range installations {\n\t\trepos, err := l.repositories(ctx, i.ID)\n\t\tif err != nil {\n\t\t\treturn nil, err\n\t\t}\n\t\tmore, err := l.GitHub.Users(ctx, i.ID, repos, s.Release.Package)\n\t\tif err != nil {\n\t\t\treturn nil, err\n\t\t}\n\t\tusers = append(users, more...)\n\t}\n"},
			{"internal/engine/release.go", `if !known || target.Gone || target.Installation != l.repo.Installation {`, `if !known || target.Gone {`},
		},
		[]check{stories("propagate-other-installation"), storms("I7")},
	},
	{
		"counted-when-sent", "I8", "counts an act when it is sent, not when its effect is seen",
		[]edit{{"internal/ledger/acts.go", `rules.EventIntended: UnderWay, `, `rules.EventIntended: Seen, `}},
		[]check{tests("internal/ledger", "TestMinutes"), storms("I8")},
	},
	{
		"lost-answer-is-a-no", "I8", "takes an answer that tells nothing for a refusal, and never learns that it was done",
		[]edit{{"internal/engine/act.go", `case github.Done, github.Unknown:`, `case github.Done:`}},
		[]check{stories("merge-502-with-effect")},
	},
	{
		"writer-never-ends", "I9", "leaves what writes to its log running after it was closed",
		[]edit{{"internal/eventlog/writer.go", "	w.once.Do(func() { close(w.closing) })\n\t<-w.finished\n", ""}},
		[]check{tests("internal/eventlog", "TestSQLite"), tests("internal/storm", "TestNothingIsLeftRunning")},
	},
	{
		"order-of-a-map", "I10", "puts people into the log in the order of a map",
		[]edit{{"rules/approvals.go", `	sort.Slice(folded, func(`, `	sort.Slice(folded[:0], func(`}},
		[]check{storms("I10")},
	},
}
