// What is shown could not be read again: it stays, and says of when it is.

import { useEffect, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { queries, Trouble } from './api.ts';
import { clockTime } from './format.ts';

/** How often it is tried again. */
const AGAIN_MS = 10_000;

const cache = queries.getQueryCache();

/** What is on the page and older than it should be, as the server cannot be asked. */
const stale = () =>
  cache.findAll({ type: 'active' }).filter(({ state }) => {
    const { data, error } = state;
    return data !== undefined && error instanceof Trouble && error.passes;
  });

/** Since when, 0 for not at all: of the oldest thing shown. */
const since = () => Math.min(...stale().map((it) => it.state.dataUpdatedAt), Number.POSITIVE_INFINITY);

export function Stale() {
  const { t } = useTranslation('house');
  const at = useSyncExternalStore((then) => cache.subscribe(then), since);
  const is = Number.isFinite(at);
  useEffect(() => {
    if (!is) return undefined;
    const timer = setInterval(again, AGAIN_MS);
    return () => clearInterval(timer);
  }, [is]);
  return (
    <div role="status" className="stale-place">
      {is && (
        <p className="stale">
          {t('stale', { time: clockTime(at) })}{' '}
          <button type="button" className="text-button" onClick={again}>
            {t('again')}
          </button>
        </p>
      )}
    </div>
  );
}

function again() {
  for (const it of stale()) it.fetch().catch(() => undefined);
}
