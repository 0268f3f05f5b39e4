// The board: drag a card, or move it with the keyboard. The server decides everything; this only asks it and shows.
"use strict";

const boardNow = () => document.querySelector("[data-board]");
const cardsShown = () => [...document.querySelectorAll(".card[data-release]")].filter((card) => card.offsetParent);

// Choosing: the same link works without JavaScript; with it the board is swapped in place.
const swapBoard = (method, address, values = {}) =>
  htmx.ajax(method, address, { target: "#board", swap: "morph:outerHTML", values });

// The card stands in the table and in the phone's list: the one that is seen takes the focus.
const focusCard = (release) =>
  cardsShown().find((card) => card.dataset.release === release)?.querySelector("a.title").focus();

const choose = (card) => swapBoard("GET", card.querySelector("a.title").href);

document.addEventListener("click", (event) => {
  const link = event.target.closest(".card[draggable] a.title, [data-put-down]");
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  if (link.matches(".is-chosen a.title")) return; // a second click opens it
  event.preventDefault();
  const release = link.closest(".card")?.dataset.release || chosen();
  column = -1;
  swapBoard("GET", link.href).then(() => focusCard(release));
});

// Dragging. The lit columns come from the same request that a click makes.
let dragged = null;

document.addEventListener("dragstart", (event) => {
  const card = event.target.closest?.(".card[draggable]");
  if (!card) return;
  dragged = card.dataset.release;
  event.dataTransfer.setData("text/plain", dragged);
  event.dataTransfer.effectAllowed = "move";
  if (!card.classList.contains("is-chosen")) setTimeout(() => choose(card), 0);
});

document.addEventListener("dragover", (event) => {
  const cell = dragged && event.target.closest?.("td[data-slot]");
  if (!cell) return;
  event.preventDefault();
  document.querySelectorAll(".is-over-cell").forEach((one) => one !== cell && one.classList.remove("is-over-cell"));
  cell.classList.add("is-over-cell");
});

document.addEventListener("drop", (event) => {
  const cell = dragged && event.target.closest?.("td[data-slot]");
  if (!cell) return;
  event.preventDefault();
  place(dragged, cell.dataset.slot);
});

document.addEventListener("dragend", () => {
  dragged = null;
  document.querySelectorAll(".is-over-cell").forEach((one) => one.classList.remove("is-over-cell"));
});

const place = (release, slot) => {
  const shown = new URLSearchParams(location.search);
  const values = { release, slot };
  for (const name of ["since", "team"]) if (shown.get(name)) values[name] = shown.get(name);
  column = -1;
  return swapBoard("POST", boardNow().dataset.place, values).then(() => {
    const way = [...document.querySelectorAll(".refusal :is(button, a)")].find((one) => one.offsetParent);
    if (way) way.focus();
    else focusCard(release);
  });
};

// The keyboard twin: j k step through the cards, m chooses, arrows go through the slots, Enter places, Esc puts down.
const step = (by) => {
  const cards = cardsShown();
  const at = cards.findIndex((card) => card.contains(document.activeElement));
  const next = cards[at < 0 ? (by > 0 ? 0 : cards.length - 1) : Math.min(Math.max(at + by, 0), cards.length - 1)];
  next?.querySelector("a.title").focus();
};

let column = -1;
const columns = () => [...document.querySelectorAll(".board th.slot")];
document.addEventListener("live:shown", () => columns()[column]?.classList.add("is-pointed"));
const point = (by) => {
  const all = columns();
  column = Math.min(Math.max(column + by, 0), all.length - 1);
  all.forEach((one, index) => one.classList.toggle("is-pointed", index === column));
  const said = all[column]?.querySelector(".verdict")?.textContent.trim();
  const live = document.getElementById("said");
  if (live) live.textContent = `${all[column]?.querySelector(".date")?.textContent.trim()}: ${said}`;
};

const chosen = () => boardNow()?.dataset.chosen;
const putDown = () => document.querySelector("[data-put-down]")?.click();

const boardKeys = {
  j: () => step(1),
  k: () => step(-1),
  m: () => chooseFocused(),
  b: () => chooseFocused(),
  w: () => document.querySelector('[data-key="w"]')?.click(),
  ArrowRight: () => chosen() && point(1),
  ArrowLeft: () => chosen() && point(-1),
  Enter: () => chosen() && column >= 0 && place(chosen(), columns()[column].id.replace("slot-", "")),
  Escape: () => { column = -1; putDown(); },
};

const chooseFocused = () => {
  const card = document.activeElement.closest?.(".card[draggable]");
  if (!card) return;
  column = -1;
  const release = card.dataset.release;
  choose(card).then(() => focusCard(release));
};

document.addEventListener("keydown", (event) => {
  if (!boardNow() || event.metaKey || event.ctrlKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, dialog")) return;
  const single = event.key.length === 1;
  if (single && document.body.dataset.keys === "off") return;
  const act = boardKeys[event.key];
  if (!act) return;
  const isAnothers = event.target.closest("button, summary, a") && !event.target.closest(".card");
  if (event.key === "Enter" && (isAnothers || !chosen() || column < 0)) return; // Enter on a link is the link's
  if (event.key.startsWith("Arrow") && !chosen()) return;
  event.preventDefault();
  act();
});

// The team filter applies at once; its button is for those without JavaScript.
document.addEventListener("change", (event) => event.target.closest("[data-filter]")?.requestSubmit());

// What the server could not answer is said; a refusal is an answer and comes with the board.
const sayFailed = () => {
  const words = boardNow()?.dataset.failed;
  const toast = document.getElementById("toast");
  if (words && toast) toast.replaceChildren(Object.assign(document.createElement("div"), { className: "toast", role: "status", textContent: words }));
};
document.addEventListener("htmx:sendError", sayFailed);
document.addEventListener("htmx:responseError", sayFailed);
