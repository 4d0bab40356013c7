// The frame of a page: its name, which is also the window's, and what can be done with all of it.

import { type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Help } from './Help.tsx';

type Props = {
  title: string;
  /** What all of the page is about, by its key among the server's words. */
  help?: string;
  actions?: ReactNode;
  children: ReactNode;
};

/** Whoever has just come begins at the top, with the menu. */
let isFirst = true;

export function Page({ title, help, actions, children }: Props) {
  const { t } = useTranslation('house');
  // A page in the place of another takes with it what had the focus, though the address is the same.
  useEffect(() => {
    if (!isFirst && document.activeElement === document.body) {
      document.getElementById('main')?.focus({ preventScroll: true });
    }
    isFirst = false;
  }, []);
  return (
    <>
      <title>{`${title} · ${t('brand')}`}</title>
      <div className="page-head">
        <h1>
          {title}
          {help && <Help of={help} name={title} />}
        </h1>
        {actions && <div className="page-actions">{actions}</div>}
      </div>
      {children}
    </>
  );
}
