// Keys that work on every page: / searches, ? shows them all, g and a letter goes to a page.
"use strict";

const typing = (target) => target.closest("input, textarea, select, [contenteditable]");
let going = false;

const goTo = { b: "home", c: "calendar", w: "waiting", r: "releases", p: "plans", i: "import", s: "setup" };

document.addEventListener("keydown", (event) => {
  if (event.metaKey || event.ctrlKey || event.altKey || typing(event.target)) return;
  if (document.body.dataset.keys === "off") return;
  if (going) {
    going = false;
    const link = document.querySelector(`.topbar [data-go="${goTo[event.key]}"]`);
    if (link) { event.preventDefault(); link.click(); }
    return;
  }
  if (event.key === "g") going = true;
  if (event.key === "/") { event.preventDefault(); document.getElementById("q")?.focus(); }
  if (event.key === "?") { event.preventDefault(); document.getElementById("keys")?.showModal(); }
  const deed = !document.querySelector("[data-board]") && document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (deed) { event.preventDefault(); typing(deed) ? deed.focus() : deed.click(); }
});

document.addEventListener("click", (event) => {
  const open = document.querySelector("details.menu[open]");
  if (open && !open.contains(event.target)) open.open = false;
});
document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && document.querySelector("details.menu[open]");
  if (open) { open.open = false; open.querySelector("summary").focus(); }
});
