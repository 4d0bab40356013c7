// @ts-check
// The progress page keeps itself current. Without it, the "refresh" link does the same.
(function () {
  "use strict";
  // What was written has arrived: the draft it was kept in has done its work.
  try {
    const sent = sessionStorage.getItem("huisheng:sent");
    if (sent) localStorage.removeItem(sent);
    sessionStorage.removeItem("huisheng:sent");
  } catch (_) { /* Without storage there was no draft. */ }
  const main = document.querySelector("main[data-live]");
  if (!main || !("EventSource" in window)) return;
  const live = new EventSource(/** @type {HTMLElement} */ (main).dataset.live || "");
  /** Somebody who is writing or about to press something is not interrupted. */
  function isBusy() {
    const typed = Array.from(main.querySelectorAll("textarea")).some(function (it) { return it.value !== ""; });
    return typed || main.contains(document.activeElement);
  }
  live.addEventListener("changed", function () {
    fetch(location.pathname, { headers: { Accept: "text/html" } })
      .then(function (reply) { return reply.ok ? reply.text() : ""; })
      .then(function (text) {
        // Only what is within: the rest has styles for another visit.
        const inner = /<main[^>]*>([^]*)<\/main>/.exec(text);
        if (!inner) return;
        const fresh = new DOMParser().parseFromString(inner[1], "text/html");
        const state = fresh.getElementById("state");
        const old = document.getElementById("state");
        if (!isBusy()) main.replaceChildren.apply(main, Array.from(document.importNode(fresh.body, true).childNodes));
        else if (state && old) old.replaceWith(document.importNode(state, true));
      })
      .catch(function () { /* The next event tries again. */ });
  });
})();
