// Live: the part of the page that says `data-live` follows what changes. The server says that something did, never what;
// the part is fetched again and morphed in, so that scroll, focus, open details and typed words stay.
const part = () => document.querySelector("[data-live]");

const POLL = 10_000; // without a stream
const TRY_AGAIN = 60_000; // for a stream
const NOW_AND_THEN = 300_000; // time changes a page too: a cut-off passes
const FAILURES = 3;

// What was shown last, as the server wrote it: without what differs from answer to answer.
const plain = (text, { passing }) => {
  const root = new DOMParser().parseFromString(text, "text/html").querySelector("[data-live]");
  if (!root) return null;
  root.removeAttribute("data-live-stamp");
  root.querySelectorAll("input[type=hidden]").forEach((one) => one.remove());
  root.querySelectorAll("[data-passing]").forEach((one) => !passing && one.remove()); // a countdown is nobody's deed
  return root.outerHTML;
};
const differs = (one, other, how) => plain(one, how) !== plain(other, how);

let shown = part()?.outerHTML;
let tag = null;
let waiting = null; // an answer that is not shown yet
let signIn = null;

// Somebody is at work: nothing is changed under their hands.
let isDragging = false;
let isPressed = false;
let inFlight = 0;
const FIELDS = "input:not([type=hidden]), textarea, select, [contenteditable]";
const isChanged = (field) => {
  if (field.matches("select")) return field.selectedIndex !== Math.max([...field.options].findIndex((one) => one.defaultSelected), 0);
  return field.matches("[type=checkbox], [type=radio]") ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
};
const isSeen = (one) => one.getClientRects().length > 0;
const isWriting = () =>
  part().contains(document.activeElement) && document.activeElement.matches(FIELDS) ||
  [...part().querySelectorAll(FIELDS)].some(isChanged);
const isBusy = () =>
  isDragging || isPressed || inFlight > 0 || isWriting() || document.querySelector("dialog[open]") !== null ||
  [...part().querySelectorAll("[data-live-hold]")].some(isSeen);

// The notice: said once, taken away when there is nothing more to show.
const place = () => document.getElementById("live");
const say = (id, act) => {
  if (!place() || place().dataset.says === id) return;
  place().dataset.says = id;
  place().replaceChildren(document.getElementById(id).content.cloneNode(true));
  place().querySelector("button").addEventListener("click", act);
};
const unsay = () => {
  if (!place()?.dataset.says) return;
  const wasThere = place().contains(document.activeElement);
  delete place().dataset.says;
  place().replaceChildren();
  if (wasThere) (document.getElementById(left) ?? document.getElementById("main")).focus({ preventScroll: true });
};
let left = ""; // the field that was written in last: who pressed the button comes back to it

// Asking for the part.
let asking = null;
let again = false;
let turn = 0; // what was asked before another answer came is old
const ask = async () => {
  if (signIn || !part() || document.hidden) return;
  if (asking) { again = true; return; }
  const mine = ++turn;
  asking = new AbortController();
  const headers = { "HX-Request": "true", "HX-Current-URL": location.href, "X-Live": "1", ...(tag && { "If-None-Match": tag }) };
  try {
    const answer = await fetch(part().dataset.liveAt, { headers, cache: "no-store", signal: asking.signal });
    const text = answer.ok ? await answer.text() : "";
    if (mine === turn) heard(answer, text);
    else again = true;
  } catch {
    // nobody answers now; whatever comes next asks again
  } finally {
    asking = null;
    if (again) { again = false; ask(); }
  }
};
const heard = (answer, text) => {
  const leads = answer.headers.get("HX-Redirect");
  if (leads) return signedOut(leads);
  if (!answer.ok) return;
  tag = answer.headers.get("ETag");
  waiting = plain(text, { passing: true }) === null ? null : text;
  show();
};
const signedOut = (leads) => {
  signIn = leads;
  rest();
  say("live-signed-out", () => location.assign(leads));
};

// Showing it, now or when the hands are off.
const show = () => {
  if (!waiting || signIn) return;
  if (!differs(waiting, shown, { passing: true })) return settle();
  if (!isBusy()) return morph();
  if (differs(waiting, shown, { passing: false })) say("live-changed", morph);
};
const settle = () => { // what is shown already: only its stamp is newer
  part().dataset.liveStamp = new DOMParser().parseFromString(waiting, "text/html").querySelector("[data-live]").dataset.liveStamp;
  waiting = null;
  unsay();
};
const morph = () => {
  const text = waiting;
  const root = new DOMParser().parseFromString(text, "text/html").querySelector("[data-live]");
  const followed = part().dataset.live;
  const written = [...part().querySelectorAll(FIELDS)].filter((one) => one.id && isChanged(one)).map((one) => [one.id, one.value]);
  const focused = whereFocus();
  waiting = null;
  shown = text;
  Idiomorph.morph(part(), root, { morphStyle: "outerHTML", ignoreActiveValue: true, callbacks: { beforeAttributeUpdated: isTheirs } });
  for (const [id, value] of written) { const field = document.getElementById(id); if (field) field.value = value; }
  htmx.process(part());
  refocus(focused);
  unsay();
  if (part().dataset.live !== followed) open();
  document.dispatchEvent(new CustomEvent("live:shown"));
};
const isTheirs = (name, node) => !(name === "open" && node.localName === "details"); // who opened it shuts it

// Focus stays on the same thing, also where it moved to another place of the page.
const whereFocus = () => {
  const one = document.activeElement;
  const named = part().contains(one) && one.closest("[id]");
  if (!named) return null;
  return { id: named.id, at: [...named.querySelectorAll("a, button, summary")].indexOf(one), one };
};
const refocus = (was) => {
  if (!was || document.activeElement === was.one && was.one.isConnected) return;
  const named = document.getElementById(was.id);
  const one = was.at < 0 ? named : named?.querySelectorAll("a, button, summary")[was.at];
  one?.focus({ preventScroll: true });
};

// Following.
let stream = null;
let failures = 0;
let timers = [];
const rest = () => {
  stream?.close();
  stream = null;
  timers.forEach(clearTimeout);
  timers = [];
};
const later = (act, time) => timers.push(setTimeout(act, time));
const tick = (every) => later(() => { ask(); tick(every); }, every * (0.9 + Math.random() / 5));

const open = () => {
  rest();
  if (signIn || document.hidden || !part()) return;
  if (!window.EventSource) return poll();
  const query = new URLSearchParams({ topics: part().dataset.live, since: part().dataset.liveStamp });
  stream = new EventSource(`/events?${query}`);
  stream.addEventListener("open", () => { failures = 0; }); // both its own and the server's word
  stream.addEventListener("changed", ask);
  stream.addEventListener("error", () => {
    failures += 1;
    if (stream.readyState === EventSource.CLOSED || failures >= FAILURES) poll();
  });
  tick(NOW_AND_THEN);
};
const poll = () => {
  rest();
  failures = 0;
  document.body.dataset.follows = "polling";
  ask();
  tick(POLL);
  if (window.EventSource) later(open, TRY_AGAIN);
};

// Hands off: whatever waits is shown then, a moment later, because focus goes from one field to the next.
const maybe = () => setTimeout(show, 150);
document.addEventListener("focusout", (event) => {
  if (part()?.contains(event.target) && event.target.matches(FIELDS)) left = event.target.id;
  maybe();
});
document.addEventListener("change", maybe);
document.addEventListener("close", maybe, true); // of a dialog
document.addEventListener("pointerdown", () => { isPressed = true; });
for (const end of ["pointerup", "pointercancel", "dragend"]) document.addEventListener(end, () => { isPressed = false; maybe(); });
document.addEventListener("dragstart", () => { isDragging = true; });
document.addEventListener("dragend", () => { isDragging = false; maybe(); });
document.addEventListener("htmx:beforeRequest", () => { inFlight += 1; });
document.addEventListener("htmx:afterRequest", () => { inFlight = Math.max(inFlight - 1, 0); maybe(); });
document.addEventListener("submit", (event) => { if (!event.defaultPrevented) setTimeout(rest, 0); });

// One's own deed came with its own answer.
document.addEventListener("htmx:afterSwap", (event) => {
  const text = event.detail.xhr?.responseText;
  if (!text || plain(text, { passing: true }) === null) return;
  turn += 1;
  [shown, tag, waiting] = [text, null, null];
  unsay();
});

// Hidden pages keep no connection: a browser has six for a whole site.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return rest();
  ask();
  open();
});
addEventListener("pagehide", rest);
addEventListener("pageshow", (event) => { if (event.persisted) { ask(); open(); } });

if (part()) open();
