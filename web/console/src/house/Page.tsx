// The frame of a page: its name, which is also the window's, and what can be done with all of it.

import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

export function Page({ title, actions, children }: { title: string; actions?: ReactNode; children: ReactNode }) {
  const { t } = useTranslation('house');
  return (
    <>
      <title>{`${title} · ${t('brand')}`}</title>
      <div className="page-head">
        <h1>{title}</h1>
        {actions && <div className="page-actions">{actions}</div>}
      </div>
      {children}
    </>
  );
}
