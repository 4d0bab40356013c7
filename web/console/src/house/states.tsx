// What a page shows when there is nothing yet: still coming, empty, or failed.

import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Trouble } from './api.ts';
import { Button } from './Button.tsx';

/** In final size, so that nothing jumps. */
export function Loading({ rows = 6 }: { rows?: number }) {
  const { t } = useTranslation('house');
  return (
    <div className="loading" role="status" aria-label={t('loading')}>
      {Array.from({ length: rows }, (_, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike and never move
        <div key={at} className="loading-row" style={{ width: `${90 - ((at * 17) % 40)}%` }} />
      ))}
    </div>
  );
}

/** Says what will appear, why there is nothing, and offers the first step. */
export function Empty({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className="empty">
      <Mark />
      <h2>{title}</h2>
      {children && <p className="quiet">{children}</p>}
      {action}
    </div>
  );
}

/** What happened, and what to do. */
export function useSaid(): (error: unknown) => string {
  const { t } = useTranslation('house');
  return (error) => {
    // A page is a file of its own; without a network it does not come.
    if (!(error instanceof Trouble)) return t(isUnloaded(error) ? 'trouble.unloaded' : 'trouble.page');
    if (error.problem) return error.problem.title;
    return error.status === 0 ? t('trouble.offline') : t('trouble.server', { status: error.status });
  };
}

const isUnloaded = (error: unknown) => error instanceof TypeError && /module|fetch/i.test(error.message);

/** What passes by itself is asked for again by itself. */
const AGAIN_MS = 10_000;

export function Failed({ error, again }: { error: unknown; again?: () => void }) {
  const { t } = useTranslation('house');
  const said = useSaid();
  const trouble = error instanceof Trouble ? error : undefined;
  const passes = trouble?.passes === true && again !== undefined;
  const after_ms = trouble?.after_ms ?? AGAIN_MS;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each failure waits once
  useEffect(() => {
    if (!passes) return undefined;
    const timer = setTimeout(() => again(), after_ms);
    return () => clearTimeout(timer);
  }, [error]);
  const isHopeless = trouble?.status === 403 || trouble?.status === 404;
  return (
    <div className="empty" role="alert">
      <h2>{said(error)}</h2>
      {trouble?.status === 403 && <p className="quiet">{t('trouble.forbidden_text')}</p>}
      {passes && <p className="quiet">{t('trouble.by_itself')}</p>}
      {again && !isHopeless && <Button onClick={again}>{t('again')}</Button>}
    </div>
  );
}

/** Longest wait of what comes when nothing else is to do. */
const REST_MS = 500;

/** Calls `then` when nothing else is to do, after `timeout_ms` at the latest. Returns how to call it off. */
export function whenIdle(then: () => void, timeout_ms: number): () => void {
  // Safari has no idle times.
  if (!window.requestIdleCallback) {
    const timer = window.setTimeout(then, 1);
    return () => window.clearTimeout(timer);
  }
  const asked = window.requestIdleCallback(then, { timeout: timeout_ms });
  return () => window.cancelIdleCallback(asked);
}

/** Whether what is `ready` has been painted, and nothing else was to do since. */
export function useRested(ready: boolean): boolean {
  const [is, set] = useState(false);
  useEffect(() => (ready && !is ? whenIdle(() => set(true), REST_MS) : undefined), [ready, is]);
  return is;
}

/** Three arcs of an echo. */
export function Mark({ size = 40 }: { size?: number }) {
  return (
    <svg className="mark" width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <g fill="none" stroke="currentColor" strokeWidth="2.4" strokeLinecap="round">
        <path d="M10 13.2a4.2 4.2 0 0 1 0 5.6" />
        <path d="M14.2 9.8a9 9 0 0 1 0 12.4" />
        <path d="M18.6 6.6a14 14 0 0 1 0 18.8" />
      </g>
    </svg>
  );
}
