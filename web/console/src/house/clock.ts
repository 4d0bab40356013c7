// The server's time in the browser. People's computers are minutes off; a promise must not be.

/** What is known of `server − browser`, in ms: it lies within. */
export type Bounds = { low: number; high: number };

const UNKNOWN: Bounds = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };

/** The header `Date` has whole seconds, cut off. */
const SECOND_MS = 1000;

/**
 * What one answer tells: the server wrote `date` at some moment between our sending and our receiving.
 * All in ms since 1970.
 */
export function boundsOf(date: number, sent: number, received: number): Bounds {
  return { low: date - received, high: date + SECOND_MS - sent };
}

/** Both together; when they contradict each other, somebody set a clock, and the newer one counts. */
export function narrowed(known: Bounds, newer: Bounds): Bounds {
  const both = { low: Math.max(known.low, newer.low), high: Math.min(known.high, newer.high) };
  return both.low <= both.high ? both : newer;
}

let known = UNKNOWN;

export function hear(response: Response, sent: number, received: number) {
  const date = Date.parse(response.headers.get('date') ?? '');
  if (!Number.isNaN(date)) known = narrowed(known, boundsOf(date, sent, received));
}

/** The server's now, in ms since 1970; the browser's own before the first answer. */
export function now(): number {
  const middle = (known.low + known.high) / 2;
  return Date.now() + (Number.isFinite(middle) ? middle : 0);
}

// One tick for the whole page: what counts down moves together.
const TICK_MS = 1000;
const listeners = new Set<() => void>();
let ticked = 0;
let timer: ReturnType<typeof setInterval> | undefined;

function tick() {
  ticked = now();
  for (const listener of listeners) listener();
}

export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === undefined) {
    ticked = now();
    timer = setInterval(tick, TICK_MS);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** The tick rounded down to `step_ms`, so that what shows minutes is drawn once a minute. */
export function tickAt(step_ms: number): number {
  return Math.floor((timer === undefined ? now() : ticked) / step_ms) * step_ms;
}
