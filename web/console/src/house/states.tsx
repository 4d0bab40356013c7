// What a page shows when there is nothing yet: still coming, empty, or failed.

import type { ReactNode } from 'react';
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
    if (!(error instanceof Trouble)) return t('trouble.page');
    if (error.problem) return error.problem.title;
    return error.status === 0 ? t('trouble.offline') : t('trouble.server', { status: error.status });
  };
}

export function Failed({ error, again }: { error: unknown; again?: () => void }) {
  const { t } = useTranslation('house');
  const said = useSaid();
  return (
    <div className="empty" role="alert">
      <h2>{said(error)}</h2>
      {again && <Button onClick={again}>{t('again')}</Button>}
    </div>
  );
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
