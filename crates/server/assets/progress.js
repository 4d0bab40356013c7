// @ts-check
// The progress page keeps itself current. Without it, the "refresh" link does the same.
(function () {
  "use strict";
  const main = document.querySelector("main[data-live]");
  if (!main || !("EventSource" in window)) return;
  const live = new EventSource(/** @type {HTMLElement} */ (main).dataset.live || "");
  live.addEventListener("changed", function () {
    fetch(location.pathname, { headers: { Accept: "text/html" } })
      .then(function (reply) { return reply.ok ? reply.text() : ""; })
      .then(function (text) {
        const fresh = new DOMParser().parseFromString(text, "text/html").getElementById("state");
        const old = document.getElementById("state");
        // Somebody who is writing is not interrupted; the status above the words is replaced.
        if (fresh && old) old.replaceWith(document.importNode(fresh, true));
      })
      .catch(function () { /* The next event tries again. */ });
  });
})();
