// @ts-check
// The little script of the customer's page. The page works without it; with it, questions appear as
// answers call for them, a draft survives a closed window, one question at a time is possible, and
// one press submits once. ES2017, nothing from outside.
(function () {
  "use strict";
  /** @type {HTMLFormElement | null} */
  const form = document.querySelector("form[data-draft]");
  if (!form) return;
  const draftKey = "huisheng:" + form.dataset.draft;
  const DRAFT_MS = 24 * 3600000;

  /** @param {string} key @returns {string[]} */
  function values(key) {
    const found = new FormData(form || undefined).getAll("a." + key).map(String);
    return found.filter(function (it) { return it.trim() !== ""; });
  }

  /**
   * The same rules as on the server, which decides in the end.
   * @param {any} rule @returns {boolean}
   */
  function holds(rule) {
    if (rule.all) return rule.all.every(holds);
    if (rule.any) return rule.any.some(holds);
    if (rule.not) return !holds(rule.not);
    if (rule.answered) return answered(rule.answered);
    if (rule.chosen) {
      return values(shown(rule.chosen.question)).some(function (it) {
        return rule.chosen.any_of.indexOf(it) >= 0;
      });
    }
    const about = rule.value;
    const key = about.row ? about.question + "." + about.row : about.question;
    const given = shown(about.question) === "" ? undefined : values(key)[0];
    if (given === undefined || given === "-") return false;
    const number = given === "on" ? 1 : Number(given);
    return !isNaN(number) &&
      (about.at_least === undefined || about.at_least <= number) &&
      (about.at_most === undefined || number <= about.at_most);
  }

  /** @param {string} key */
  function answered(key) {
    const box = document.getElementById("q-" + key);
    if (!box || box.dataset.off === "1") return false;
    return Array.from(new FormData(form || undefined).entries()).some(function (pair) {
      const mine = pair[0] === "a." + key || pair[0].indexOf("a." + key + ".") === 0;
      return mine && String(pair[1]).trim() !== "" && pair[1] !== "-";
    });
  }

  /** A hidden question has no answer. @param {string} key */
  function shown(key) {
    const box = document.getElementById("q-" + key);
    return box && box.dataset.off === "1" ? "" : key;
  }

  /** @returns {HTMLElement[]} */
  function questions() {
    return Array.from(form ? form.querySelectorAll("[data-q]") : []);
  }

  function show() {
    questions().forEach(function (box) {
      const rule = box.dataset.if;
      const off = rule ? !holds(JSON.parse(rule)) : false;
      box.dataset.off = off ? "1" : "0";
      box.hidden = off;
    });
    if (form) {
      form.querySelectorAll("[data-word]").forEach(function (place) {
        const picked = /** @type {HTMLInputElement | null} */ (
          place.closest("fieldset").querySelector("input:checked[data-label]"));
        place.textContent = picked ? picked.dataset.label || "" : "";
      });
    }
    step(0);
  }

  // A draft of what was typed, on this device only.
  function save() {
    const data = Array.from(new FormData(form || undefined).entries()).filter(function (pair) {
      return pair[0].indexOf("a.") === 0;
    });
    try {
      localStorage.setItem(draftKey, JSON.stringify({ at: Date.now(), data: data }));
    } catch (_) { /* Private windows have no storage: then there is no draft. */ }
  }

  // Drafts end by themselves, also those of other forms that were never handed in.
  function forget() {
    Object.keys(localStorage).forEach(function (key) {
      if (key.indexOf("huisheng:/") !== 0) return;
      let at = 0;
      try { at = JSON.parse(localStorage.getItem(key) || "").at; } catch (_) { /* No draft of ours. */ }
      if (!(Date.now() - at < DRAFT_MS)) localStorage.removeItem(key);
    });
  }

  // What was sent may not have arrived: the page of what became of it lets the draft go.
  function leave() {
    try { sessionStorage.setItem("huisheng:sent", draftKey); } catch (_) { /* See above. */ }
  }

  function restore() {
    let draft = null;
    try {
      forget();
      draft = JSON.parse(localStorage.getItem(draftKey) || "null");
    } catch (_) { return; }
    if (!draft || !form || form.querySelector(".faults") || form.querySelector("[checked]")) return;
    draft.data.forEach(function (/** @type {[string, string]} */ pair) {
      Array.from(form.elements).forEach(function (element) {
        const input = /** @type {HTMLInputElement} */ (element);
        if (input.name !== pair[0]) return;
        if (input.type === "radio" || input.type === "checkbox") {
          if (input.value === pair[1]) input.checked = true;
        } else {
          input.value = pair[1];
        }
      });
    });
  }

  // One question at a time, when asked for.
  let at = -1;
  const bar = document.getElementById("step-bar");
  const toggle = document.getElementById("step-on");
  const submit = /** @type {HTMLButtonElement | null} */ (form.querySelector("button[type=submit]"));

  /** @param {number} by */
  function step(by) {
    if (at < 0 || !bar || !form) return;
    const open = questions().filter(function (box) { return box.dataset.off !== "1"; });
    at = Math.max(0, Math.min(open.length - 1, at + by));
    questions().forEach(function (box) { box.hidden = box !== open[at]; });
    const last = at === open.length - 1;
    form.querySelectorAll("[data-end]").forEach(function (end) {
      /** @type {HTMLElement} */ (end).hidden = !last;
    });
    const count = bar.querySelector("[data-count]");
    if (count) count.textContent = (at + 1) + " / " + open.length;
    /** @type {HTMLButtonElement} */ (bar.querySelector("[data-back]")).disabled = at === 0;
    /** @type {HTMLElement} */ (bar.querySelector("[data-next]")).hidden = last;
    if (by !== 0) {
      const first = /** @type {HTMLElement | null} */ (open[at].querySelector("input, textarea"));
      if (first) first.focus();
    }
  }

  if (toggle && bar) {
    toggle.hidden = false;
    toggle.addEventListener("click", function () {
      at = 0;
      toggle.hidden = true;
      bar.hidden = false;
      step(0);
    });
    bar.querySelector("[data-back]").addEventListener("click", function () { step(-1); });
    bar.querySelector("[data-next]").addEventListener("click", function () { step(1); });
  }

  // Only a browser that runs the page has seen it: a robot that fetches links has not.
  /** @param {string} what */
  function mark(what) {
    if (!form || !form.dataset.mark) return;
    fetch(form.dataset.mark + "/" + what, { method: "POST", keepalive: true })
      .catch(function () { /* The first answer tells it as well. */ });
  }

  let told = false;
  function start() {
    if (!told) mark("started");
    told = true;
  }

  // Too many came at once: what was typed is here, and goes again by itself, everybody's at another
  // moment, unless it is being changed.
  const busy = /** @type {HTMLElement | null} */ (document.querySelector("[data-again]"));
  if (busy) {
    const pause = Number(busy.dataset.again) * 1000 * (1 + Math.random());
    const again = setTimeout(function () { leave(); if (form) form.submit(); }, pause);
    form.addEventListener("input", function () { clearTimeout(again); });
  }

  mark("opened");
  restore();
  show();
  form.addEventListener("change", function () { show(); save(); start(); });
  form.addEventListener("input", save);
  form.addEventListener("submit", function () {
    if (submit) setTimeout(function () { submit.disabled = true; }, 0);
    leave();
  });
  // Back from the next page, the button must work again.
  window.addEventListener("pageshow", function () { if (submit) submit.disabled = false; });
})();
