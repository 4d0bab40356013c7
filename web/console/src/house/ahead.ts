// The pages behind the menu, fetched before they are gone to: when a hand moves towards one, with what it shows; and one
// after the other while nothing else is to do. And the page of a list behind the shown one.

import type { FetchQueryOptions } from '@tanstack/react-query';
import { type ComponentType, useEffect } from 'react';
import { queries } from './api.ts';
import { loadAllWords } from './i18n.ts';
import { loadNames, type May, ME } from './me.tsx';
import { whenIdle } from './states.tsx';

const PAGES: Record<string, () => Promise<unknown>> = {
  '/evaluations': () => import('../collect/Evaluations.tsx'),
  '/cases': () => import('../handle/Cases.tsx'),
  '/ledgers/complaints': () => import('../handle/Ledger.tsx'),
  '/ledgers/suggestions': () => import('../handle/Ledger.tsx'),
  '/customers': () => import('../customer/Customers.tsx'),
  '/forms': () => import('../collect/Forms.tsx'),
  '/overview': () => import('../analysis/Overview.tsx'),
  '/settings': () => import('../platform/Settings.tsx'),
};

/** The others come when nothing of the first page is on its way any more; looked at so often. */
const LOOK_MS = 1_000;

/** Going there says what is wrong, if anything is. */
const quietly = () => undefined;

/** A page may say what it shows first, and fetch it. */
type Ahead = { ahead?: (may: (wanted: May) => boolean) => void };

/** What all of them need. */
const common = () => Promise.all([import('./library/Library.tsx'), loadAllWords()]);

const may = (wanted: May) => queries.getQueryData(ME.queryKey)?.permissions.includes(wanted) ?? false;

export function fetchAhead(path: string) {
  if (!PAGES[path]) return;
  common().catch(quietly);
  loadNames();
  PAGES[path]()
    .then((it) => (it as Ahead).ahead?.(may))
    .catch(quietly);
}

/**
 * Fetches the words that explain, and what these places need and these `parts` unless the line is slow or paid by the
 * byte. Returns how to stop. `warm` gets what the component library computes its styles from, when that is there.
 */
export function fetchAllAhead(
  paths: string[],
  parts: (() => Promise<unknown>)[],
  warm: (it: ComponentType) => void,
): () => void {
  const line = (navigator as { connection?: { saveData?: boolean; effectiveType?: string } }).connection;
  const isDear = line?.saveData || /2g|3g/.test(line?.effectiveType ?? '');
  let stopped = false;
  let stop: () => void = quietly;
  const wait = () => {
    const timer = setTimeout(() => {
      if (queries.isFetching() > 0) wait();
      else stop = whenIdle(fetchAll, LOOK_MS);
    }, LOOK_MS);
    stop = () => clearTimeout(timer);
  };
  const fetchAll = async () => {
    await loadAllWords().catch(quietly);
    if (isDear) return;
    await common().catch(quietly);
    await import('./library/Warm.tsx').then((it) => warm(it.Warm)).catch(quietly);
    for (const load of [...paths.map((it) => PAGES[it]), ...parts]) {
      if (stopped) return;
      await load?.().catch(quietly);
    }
  };
  wait();
  return () => {
    stopped = true;
    stop();
  };
}

/** Nobody turns a page sooner; a list that changes under a filter asks for one page ahead, not for each. */
const TURN_MS = 300;

/** Fetches the page behind the one that is shown, as `of` asks for it; nothing behind the last. */
export function useNextPage<T>(next: string | null | undefined, of: (after: string) => FetchQueryOptions<T>) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: where the next page begins says which it is
  useEffect(() => {
    if (!next) return undefined;
    const timer = setTimeout(() => queries.prefetchQuery(of(next)), TURN_MS);
    return () => clearTimeout(timer);
  }, [next]);
}
