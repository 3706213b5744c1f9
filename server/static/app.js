// News without jumping: they gather behind a button, and what is being read does not move. Every page is complete
// without this file.
"use strict";

document.addEventListener("keydown", (e) => {
  const typing = e.target.closest("input, textarea, select, [contenteditable]");
  if (e.key !== "/" || typing || e.ctrlKey || e.metaKey || e.altKey) return;
  e.preventDefault();
  document.getElementById("q").focus();
});

// Times grow older while the page is open.
const units = [[60, 1, "s"], [3600, 60, "min"], [172800, 3600, "h"], [Infinity, 86400, "days"]];
function relative(seconds) {
  const size = Math.abs(seconds);
  if (size < 1) return "now";
  const [, by, unit] = units.find(([below]) => size < below);
  const text = Math.floor(size / by) + " " + unit;
  return seconds > 0 ? text + " ago" : "in " + text;
}
setInterval(() => {
  for (const t of document.querySelectorAll("time")) {
    const text = relative((Date.now() - Date.parse(t.dateTime)) / 1000);
    if (t.textContent !== text) t.textContent = text;
  }
}, 10000);

const main = document.getElementById("main");
const button = document.querySelector("[data-live-show]");
if (main.dataset.live && button && window.EventSource) {
  const list = document.getElementById("news");
  const source = new EventSource(main.dataset.live);
  const rows = [];
  let stale = false; // more happened than comes as rows
  const tell = (text) => {
    button.textContent = text;
    button.hidden = false;
  };
  source.addEventListener("act", (e) => {
    rows.push(e.data);
    if (!stale) tell(rows.length + " new");
  });
  source.addEventListener("changed", () => {
    stale = true;
    tell("Show what is new");
  });
  button.addEventListener("click", () => {
    if (stale) return location.reload();
    for (const row of rows.splice(0)) {
      const item = document.createRange().createContextualFragment(row).firstElementChild;
      document.getElementById(item.id)?.remove();
      list.prepend(item);
    }
    button.hidden = true;
    document.querySelector("[data-live-text]").textContent = "Newest first.";
  });
  addEventListener("pagehide", () => source.close());
}
