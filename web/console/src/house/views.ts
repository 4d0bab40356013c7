// What makes two addresses the same question to a list, and when a list may change before one's eyes.

import { useRef, useState } from 'react';
import type { Choice } from './columns.ts';

/** `columns`: those of this view; without them it has those of the list. */
export type View = { name: string; query: string; columns?: Choice };

export const NO_VIEWS: View[] = [];
export const areViews = (it: unknown): it is View[] =>
  Array.isArray(it) && it.every((one) => typeof one?.name === 'string' && typeof one?.query === 'string');

/** Where one is in a list, and what is open beside it, is no part of the question. */
const PLACE = ['after', 'open'];

export function isSameQuestion(one: string, other: string): boolean {
  const asked = (query: string) =>
    [...new URLSearchParams(query)]
      .filter(([name, value]) => !PLACE.includes(name) && value !== '')
      .map((it) => it.join('='))
      .sort()
      .join('&');
  return asked(one) === asked(other);
}

/** How many of `now` were not there before, and whether anything else is at another place. */
export function whatMoved(before: string[], now: string[]): { fresh: number; moved: boolean } {
  const known = new Set(before);
  const fresh = now.filter((it) => !known.has(it)).length;
  return { fresh, moved: before.length !== now.length || now.some((it, at) => it !== before[at]) };
}

/**
 * A list that does not move under the reader's hand: rows are brought up to date in their places; what
 * would shift them waits until it is asked for. `question` is what the list answers.
 */
export function useCalm<T>(found: T | undefined, isSettled: boolean, question: string, idsOf: (of: T) => string[]) {
  const [kept, setKept] = useState<{ question: string; data: T }>();
  const wanted = useRef(false);
  let shown = kept?.data;
  let news = { fresh: 0, moved: false };
  if (found !== undefined && isSettled && found !== kept?.data) {
    news = kept ? whatMoved(idsOf(kept.data), idsOf(found)) : news;
    if (!kept || kept.question !== question || !news.moved || wanted.current) {
      wanted.current = false;
      news = { fresh: 0, moved: false };
      shown = found;
      setKept({ question, data: found });
    }
  }
  return {
    shown: shown ?? found,
    ...news,
    /** Shows what waits. */
    show: () => found !== undefined && setKept({ question, data: found }),
    /** The next change is one's own doing, and shown at once. */
    expect: () => {
      wanted.current = true;
    },
  };
}
