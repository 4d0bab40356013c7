// The pages behind the menu, fetched before they are gone to: when a hand moves towards one, and one after the
// other while nothing else is to do.

import { loadAllWords } from './i18n.ts';

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

/** After the first page has been there so long, the others may come. */
const REST_MS = 4_000;

/** Going there says what is wrong, if anything is. */
const quietly = () => undefined;

/** What all of them need. */
const common = () => Promise.all([import('./library/Library.tsx'), loadAllWords()]);

export function fetchAhead(path: string) {
  if (!PAGES[path]) return;
  common().catch(quietly);
  PAGES[path]().catch(quietly);
}

/**
 * Fetches the words that explain, and what these places need unless the line is slow or paid by the byte. Returns
 * how to stop.
 */
export function fetchAllAhead(paths: string[]): () => void {
  const line = (navigator as { connection?: { saveData?: boolean; effectiveType?: string } }).connection;
  const isDear = line?.saveData || /2g|3g/.test(line?.effectiveType ?? '');
  let stopped = false;
  const timer = setTimeout(async () => {
    await loadAllWords().catch(quietly);
    if (isDear) return;
    await common().catch(quietly);
    for (const path of paths) {
      if (stopped) return;
      await PAGES[path]?.().catch(quietly);
    }
  }, REST_MS);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
