// The pages behind the menu, fetched before they are gone to: when a hand moves towards one, and one after the
// other while nothing else is to do.

const PAGES: Record<string, () => Promise<unknown>> = {
  '/work': () => import('../handle/MyWork.tsx'),
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

export function fetchAhead(path: string) {
  PAGES[path]?.().catch(quietly);
}

/** Fetches what these places need, unless the line is slow or paid by the byte. Returns how to stop. */
export function fetchAllAhead(paths: string[]): () => void {
  const line = (navigator as { connection?: { saveData?: boolean; effectiveType?: string } }).connection;
  if (line?.saveData || /2g|3g/.test(line?.effectiveType ?? '')) return quietly;
  let stopped = false;
  const timer = setTimeout(async () => {
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
