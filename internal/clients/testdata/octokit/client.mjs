// What an App does with GitHub's own libraries, against the simulator. It is given what `pitcrew sim` prints, and prints what
// it saw as one line of JSON.
import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { createAppAuth } from "@octokit/auth-app";
import { Octokit } from "@octokit/rest";
import { createNodeMiddleware, Webhooks } from "@octokit/webhooks";

const sim = JSON.parse(readFileSync(0, "utf8"));
const repo = { owner: "acme", repo: "api" };
const saw = {};

// App sign-in: first as the App, then as its installation, whose token the library fetches by itself.
const credentials = {
  appId: sim.app_id,
  privateKey: readFileSync(sim.key_file, "utf8"),
  clientId: sim.client_id,
  clientSecret: sim.client_secret,
};
const baseUrl = `${sim.https}/api/v3`;
const app = new Octokit({ baseUrl, authStrategy: createAppAuth, auth: credentials });
const { data: self } = await app.rest.apps.getAuthenticated();
const { data: installation } = await app.rest.apps.getRepoInstallation(repo);
const octokit = new Octokit({ baseUrl, authStrategy: createAppAuth, auth: { ...credentials, installationId: installation.id } });
saw.app = self.slug;
saw.repositories = (await octokit.paginate(octokit.rest.apps.listReposAccessibleToInstallation, { per_page: 1 })).map((r) => r.full_name);

// Pagination follows Link from page to page.
const pulls = await octokit.paginate(octokit.rest.pulls.list, { ...repo, state: "all", per_page: 10, sort: "created", direction: "asc" });
saw.pulls = pulls.length;
saw.last = pulls.at(-1).number;

// Webhooks: the library verifies the signature over the bytes that were sent.
const webhooks = new Webhooks({ secret: sim.webhook_secret });
const opened = new Promise((resolve) => webhooks.on("pull_request.opened", ({ id, payload }) => resolve({ id, payload })));
const server = createServer(createNodeMiddleware(webhooks, { path: "/hook" }));
server.listen(0, "127.0.0.1");
await once(server, "listening");
const hook = `http://127.0.0.1:${server.address().port}/hook`;
await fetch(`${sim.url}/_sim/hook`, { method: "POST", body: hook });

// An App's chore: branch, commit, pull request, check run, merge pinned to the head.
const { data: main } = await octokit.rest.git.getRef({ ...repo, ref: "heads/main" });
await octokit.rest.git.createRef({ ...repo, ref: "refs/heads/chore", sha: main.object.sha });
const { data: commit } = await octokit.rest.repos.createOrUpdateFileContents({
  ...repo, path: "chore.txt", branch: "chore", message: "Do the chore", content: Buffer.from("done\n").toString("base64"),
});
const { data: pull } = await octokit.rest.pulls.create({ ...repo, title: "Do the chore", head: "chore", base: "main", body: "It was time." });
const event = await opened;
saw.webhook = { action: event.payload.action, number: event.payload.number === pull.number, sender: event.payload.sender.login };
const forged = await fetch(hook, {
  method: "POST",
  headers: { "content-type": "application/json", "x-github-event": "push", "x-github-delivery": "1", "x-hub-signature-256": "sha256=" + "0".repeat(64) },
  body: "{}",
});
saw.forged = forged.status;
server.close();
const { data: deliveries } = await app.rest.apps.listWebhookDeliveries({ per_page: 100 });
saw.listed = deliveries.some((d) => d.guid === event.id);

const sha = commit.commit.sha;
await octokit.rest.checks.create({ ...repo, name: "chores", head_sha: sha, status: "completed", conclusion: "success" });
saw.checks = (await octokit.rest.checks.listForRef({ ...repo, ref: sha })).data.check_runs.map((c) => `${c.name} ${c.conclusion} by ${c.app.slug}`);
const wrong = await octokit.rest.pulls.merge({ ...repo, pull_number: pull.number, sha: main.object.sha }).catch((e) => e);
saw.stale = `${wrong.status} ${wrong.response.data.message}`;
for (let known = null; known === null; await setTimeout(100)) {
  known = (await octokit.rest.pulls.get({ ...repo, pull_number: pull.number })).data.mergeable;
}
saw.merged = (await octokit.rest.pulls.merge({ ...repo, pull_number: pull.number, sha, merge_method: "squash" })).data.merged;
const { repository } = await octokit.graphql(
  "query ($owner: String!, $repo: String!, $n: Int!) { repository(owner: $owner, name: $repo) { pullRequest(number: $n) { state mergedBy { login } } } }",
  { ...repo, n: pull.number },
);
saw.graphql = `${repository.pullRequest.state} by ${repository.pullRequest.mergedBy.login}`;
const missing = await octokit.rest.repos.get({ owner: "acme", repo: "nothing" }).catch((e) => e);
saw.missing = missing.status;

// A person signs in with the App: the browser's part by hand, the rest by the library.
const authorize = new URL(`${sim.https}/login/oauth/authorize`);
authorize.search = new URLSearchParams({ client_id: sim.client_id, redirect_uri: "http://127.0.0.1:1/back", state: "s1", login: "ana" });
const back = new URL((await fetch(authorize, { redirect: "manual" })).headers.get("location"));
saw.state = back.searchParams.get("state");
const user = await app.auth({ type: "oauth-user", code: back.searchParams.get("code") });
saw.token = `${user.tokenType} ${user.token.slice(0, 4)}, refreshed by ${user.refreshToken.slice(0, 4)}`;
const ana = new Octokit({ baseUrl, auth: user.token });
saw.viewer = (await ana.rest.users.getAuthenticated()).data.login;
saw.installations = (await ana.rest.apps.listInstallationsForAuthenticatedUser()).data.total_count;

console.log(JSON.stringify(saw));
