// @ts-check
// Does the work that is asked for when a form is flooded, and then sends what was written. Works everywhere:
// browsers offer their own SHA-256 only over TLS. ES2017, nothing from outside.
(function () {
  "use strict";
  /** @type {HTMLFormElement | null} */
  const form = document.querySelector("form[data-task]");
  if (!form) return;
  const task = form.dataset.task || "";
  const bits = Number(form.dataset.bits);
  const minute = task.split("/").slice(-2)[0];

  // The constants of FIPS 180-4: fractions of the cube and square roots of the first primes.
  const K = new Uint32Array(64);
  const H = new Uint32Array(8);
  for (let n = 2, at = 0; at < 64; n++) {
    let prime = true;
    for (let d = 2; d * d <= n; d++) if (n % d === 0) prime = false;
    if (!prime) continue;
    if (at < 8) H[at] = Math.floor((Math.sqrt(n) % 1) * 4294967296);
    K[at++] = Math.floor((Math.cbrt(n) % 1) * 4294967296);
  }
  const w = new Uint32Array(64);

  /** The first 32 bits of the digest of ASCII. @param {string} text @returns {number} */
  function head(text) {
    const blocks = (text.length + 9 + 63) >> 6;
    const state = new Uint32Array(H);
    for (let block = 0; block < blocks; block++) {
      for (let at = 0; at < 16; at++) {
        let word = 0;
        for (let byte = 0; byte < 4; byte++) {
          const place = block * 64 + at * 4 + byte;
          const code = place < text.length ? text.charCodeAt(place) : place === text.length ? 0x80 : 0;
          word = (word << 8) | code;
        }
        w[at] = word;
      }
      if (block === blocks - 1) w[15] = text.length * 8;
      for (let at = 16; at < 64; at++) {
        const a = w[at - 15];
        const b = w[at - 2];
        const s0 = ((a >>> 7) | (a << 25)) ^ ((a >>> 18) | (a << 14)) ^ (a >>> 3);
        const s1 = ((b >>> 17) | (b << 15)) ^ ((b >>> 19) | (b << 13)) ^ (b >>> 10);
        w[at] = w[at - 16] + s0 + w[at - 7] + s1;
      }
      let [a, b, c, d, e, f, g, h] = state;
      for (let at = 0; at < 64; at++) {
        const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
        const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[at] + w[at]) | 0;
        const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
        const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        h = g; g = f; f = e; e = (d + t1) | 0; d = c; c = b; b = a; a = (t1 + t2) | 0;
      }
      const end = [a, b, c, d, e, f, g, h];
      for (let at = 0; at < 8; at++) state[at] += end[at];
    }
    return state[0];
  }

  let number = 0;
  /** A little at a time, so that the page stays alive. */
  function work() {
    for (const last = number + 2000; number < last; number++) {
      if (Math.clz32(head(task + number)) >= bits) {
        const field = document.createElement("input");
        field.type = "hidden";
        field.name = "work";
        field.value = minute + "/" + number;
        form.appendChild(field);
        form.submit();
        return;
      }
    }
    setTimeout(work, 0);
  }
  work();
})();
