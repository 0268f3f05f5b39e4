// Waiting on me by keyboard: j and k step through the cases, a approves, Ctrl or Cmd and Enter sends.
"use strict";

document.addEventListener("keydown", (event) => {
  const form = document.querySelector(".inbox .verdict-form");
  if (event.key === "Enter" && (event.metaKey || event.ctrlKey) && form?.contains(document.activeElement)) {
    event.preventDefault();
    form.requestSubmit();
    return;
  }
  if (event.metaKey || event.ctrlKey || event.altKey || document.body.dataset.keys === "off") return;
  if (event.target.closest("textarea, select, input:not([type=radio])")) return;
  const step = document.querySelector(`.inbox [data-step="${CSS.escape(event.key)}"]`);
  if (step) { event.preventDefault(); step.click(); }
  if (event.key === "a" && form) form.querySelector("button[type=submit]").focus();
});
