// Rows like a good spreadsheet: sticky head, 36 px, keys to move. On a phone each row becomes a small card.

import type { ReactNode } from 'react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation, useNavigate } from 'react-router';

export type Column<R> = {
  key: string;
  title: string;
  cell: (row: R) => ReactNode;
  /** `right` for numbers. */
  align?: 'right';
  /** How a phone shows it; as a line of its own when not said. */
  phone?: 'hide' | 'head';
  /** May be cut off, with the rest to be read on the row's own page. */
  cut?: boolean;
};

type Props<R> = {
  label: string;
  rows: R[];
  columns: Column<R>[];
  idOf: (row: R) => string;
  /** The row that is open beside the list. */
  open?: string;
  onOpen?: (row: R) => void;
  /** More keys on the current row, as `e`. */
  keys?: Record<string, (row: R) => void>;
  empty: ReactNode;
};

/** Whether a key is typed into something, and no command. */
function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

/** `j`, `k`, Enter and more keys move through rows, wherever the focus is on the page. */
export function useRowKeys<R>(rows: R[], onOpen?: (row: R) => void, keys?: Record<string, (row: R) => void>) {
  const [at, setAt] = useState(-1);
  const state = useRef({ rows, at, onOpen, keys });
  state.current = { rows, at, onOpen, keys };
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
      if (document.querySelector('dialog[open], .ant-modal-wrap, .ant-drawer-open')) return;
      const { rows, at, onOpen, keys } = state.current;
      const step = { j: 1, k: -1 }[event.key];
      if (step !== undefined) {
        const next = Math.min(Math.max(at + step, 0), rows.length - 1);
        setAt(next);
        const row = rows[next];
        // A panel beside the list follows the current row.
        if (row && document.querySelector('.panel')) onOpen?.(row);
        return;
      }
      const row = rows[at];
      if (!row) return;
      const onButton = event.target instanceof HTMLElement && event.target.closest('a, button, summary');
      if (event.key === 'Enter' && !onButton) onOpen?.(row);
      else keys?.[event.key]?.(row);
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, []);
  return at;
}

export function DataTable<R>({ label, rows, columns, idOf, open, onOpen, keys, empty }: Props<R>) {
  const at = useRowKeys(rows, onOpen, keys);
  const body = useRef<HTMLTableSectionElement>(null);
  useEffect(() => {
    body.current?.children[at]?.scrollIntoView({ block: 'nearest' });
  }, [at]);
  if (rows.length === 0) return <div className="card">{empty}</div>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section className="card table-box" aria-label={label} tabIndex={0}>
      <table className="table">
        <thead>
          <tr>
            {columns.map((it) => (
              <th key={it.key} scope="col" className={it.align}>
                {it.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody ref={body}>
          {rows.map((row, index) => {
            const id = idOf(row);
            const marks = [index === at && 'row-at', id === open && 'row-open', onOpen && 'row-opens'];
            return (
              <tr
                key={id}
                className={marks.filter(Boolean).join(' ')}
                aria-current={id === open || undefined}
                onClick={(event) => {
                  const own = event.target instanceof Element && event.target.closest('a, button, input, label');
                  if (!own && !window.getSelection()?.toString()) onOpen?.(row);
                }}
              >
                {columns.map((it) => (
                  <td
                    key={it.key}
                    className={[it.align, it.cut && 'cut', it.phone && `phone-${it.phone}`].filter(Boolean).join(' ')}
                  >
                    {it.cell(row)}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

/** To the next page and back. The place is in the address; the way back is in the browser's history. */
export function Pager({ next, total }: { next: string | null | undefined; total?: ReactNode }) {
  const { t } = useTranslation('house');
  const { search, state } = useLocation();
  const go = useNavigate();
  const params = new URLSearchParams(search);
  const isFirst = !params.has('after');
  const to = (after: string | null) => {
    const changed = new URLSearchParams(params);
    if (after) changed.set('after', after);
    else changed.delete('after');
    return `?${changed}`;
  };
  return (
    <div className="pager">
      <span className="quiet">{total}</span>
      <span className="quiet pager-keys">{t('list.keys')}</span>
      <nav aria-label={t('list.next')}>
        {!isFirst && <Link to={to(null)}>{t('list.first')}</Link>}
        {!isFirst && state?.paged && (
          <button type="button" className="text-button" onClick={() => go(-1)}>
            {t('list.previous')}
          </button>
        )}
        {next && (
          <Link to={to(next)} state={{ paged: true }}>
            {t('list.next')}
          </Link>
        )}
      </nav>
    </div>
  );
}
