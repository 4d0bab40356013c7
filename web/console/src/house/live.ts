// One stream for the whole console says what kind of thing changed; what is shown of it is read again by the
// API. While the stream is there nobody has to ask every few seconds; while it is not, they do.

import { useEffect, useSyncExternalStore } from 'react';
import { queries, type Schemas } from './api.ts';

type Kind = Schemas['LiveKind'];

/** What is read again, by the first word of its key. A list of evaluations only announces what is new. */
const READ_AGAIN: Record<Kind, string[]> = {
  evaluations: ['evaluation-news', 'customer'],
  cases: ['case', 'cases', 'notices', 'customer'],
  figures: ['figure', 'figures', 'figure-rows'],
};

/** A busy company changes every second; nobody reads so fast. */
const REST_MS: Record<Kind, number> = { evaluations: 3_000, cases: 3_000, figures: 5_000 };
/** How often to ask in spite of the stream: some things change by time alone. */
const CALM_MS = 60_000;
/** Before asking for a stream again that was refused. */
const AGAIN_MS = 60_000;

let live = false;
const listeners = new Set<() => void>();

function turn(to: boolean) {
  if (live === to) return;
  live = to;
  for (const it of listeners) it();
}

function readAgain(kind: Kind) {
  const words = READ_AGAIN[kind];
  queries.invalidateQueries({ predicate: (it) => words.includes(String(it.queryKey[0])) });
}

/** At once, and once more when it has rested if something changed meanwhile. */
function calmed(kind: Kind): () => void {
  let rests = false;
  let waits = false;
  return function hear() {
    if (rests) {
      waits = true;
      return;
    }
    rests = true;
    readAgain(kind);
    setTimeout(() => {
      rests = false;
      if (!waits) return;
      waits = false;
      hear();
    }, REST_MS[kind]);
  };
}

const HEAR: Record<Kind, () => void> = {
  evaluations: calmed('evaluations'),
  cases: calmed('cases'),
  figures: calmed('figures'),
};
const KINDS = Object.keys(HEAR) as Kind[];

/**
 * Listens while the page can be seen: a browser has only a few connections for a server, and windows behind
 * others would take them all.
 */
function listen(): () => void {
  let stream: EventSource | undefined;
  let again: ReturnType<typeof setTimeout> | undefined;
  let missed = false;
  const close = () => {
    clearTimeout(again);
    stream?.close();
    stream = undefined;
    missed = true;
    turn(false);
  };
  const open = () => {
    if (stream || document.hidden) return;
    stream = new EventSource('/api/v1/live');
    stream.onopen = () => {
      turn(true);
      // Nobody said what changed while nobody listened.
      if (missed) for (const it of KINDS) HEAR[it]();
      missed = false;
    };
    stream.addEventListener('changed', (event) => {
      const { kinds } = JSON.parse(event.data) as Schemas['LiveBody'];
      for (const it of kinds) HEAR[it]?.();
    });
    stream.onerror = () => {
      missed = true;
      turn(false);
      // The browser comes back by itself, unless it was refused.
      if (stream?.readyState !== EventSource.CLOSED) return;
      close();
      again = setTimeout(open, AGAIN_MS);
    };
  };
  const seen = () => (document.hidden ? close() : open());
  document.addEventListener('visibilitychange', seen);
  open();
  return () => {
    document.removeEventListener('visibilitychange', seen);
    close();
  };
}

/** Keeps the stream while somebody is signed in. */
export function useStream(signedIn: boolean) {
  useEffect(() => (signedIn ? listen() : undefined), [signedIn]);
}

const subscribe = (then: () => void) => {
  listeners.add(then);
  return () => {
    listeners.delete(then);
  };
};

/** How often to ask for what the stream speaks of; `ms` while there is none. */
export function useLook(ms: number): number {
  const isLive = useSyncExternalStore(subscribe, () => live);
  return isLive ? Math.max(ms, CALM_MS) : ms;
}
