// Rows like a good spreadsheet: sticky head, 36 px, keys to move. On a phone each row becomes a small card.

import type { ReactNode } from 'react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation, useNavigate } from 'react-router';
import { isTyping } from './focus.ts';
import { Help } from './Help.tsx';

export type Column<R> = {
  key: string;
  title: string;
  /** What it means, by its key among the server's words. */
  help?: string;
  cell: (row: R) => ReactNode;
  /** `right` for numbers. */
  align?: 'right';
  /** How a phone, which has no heads of columns, shows it; `named` with its title before it. */
  phone?: 'hide' | 'head' | 'named';
  /** Only where there is room: on a large screen. */
  roomy?: boolean;
  /** A row is recognised by it: who chooses columns cannot hide it. */
  fixed?: boolean;
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
  /** Rows that are chosen to be acted on together, by id; `x` chooses the current one. */
  chosen?: ReadonlySet<string>;
  choose?: (ids: ReadonlySet<string>) => void;
};

const NOTHING: ReadonlySet<string> = new Set();

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

export function DataTable<R>({
  label,
  rows,
  columns,
  idOf,
  open,
  onOpen,
  keys,
  empty,
  chosen = NOTHING,
  choose,
}: Props<R>) {
  const { t } = useTranslation('house');
  const toggle = (ids: string[], on: boolean) =>
    choose?.(new Set(on ? [...chosen, ...ids] : [...chosen].filter((it) => !ids.includes(it))));
  const own = { x: (row: R) => toggle([idOf(row)], !chosen.has(idOf(row))), ...keys };
  const at = useRowKeys(rows, onOpen, choose ? own : keys);
  const all = rows.map(idOf);
  const every = all.every((it) => chosen.has(it));
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
            {choose && (
              <th scope="col" className="row-choice">
                <input
                  type="checkbox"
                  aria-label={t('list.choose_all')}
                  checked={every}
                  onChange={() => toggle(all, !every)}
                />
              </th>
            )}
            {columns.map((it) => (
              <th key={it.key} scope="col" className={[it.align, it.roomy && 'roomy'].filter(Boolean).join(' ')}>
                {it.title}
                {it.help && <Help of={it.help} name={it.title} />}
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
                  const inner = event.target instanceof Element && event.target.closest('a, button, input, label');
                  if (!inner && !window.getSelection()?.toString()) onOpen?.(row);
                }}
              >
                {choose && (
                  <td className="row-choice">
                    <label>
                      <input
                        type="checkbox"
                        aria-label={t('list.choose', { n: index + 1 })}
                        checked={chosen.has(id)}
                        onChange={(event) => toggle([id], event.target.checked)}
                      />
                    </label>
                  </td>
                )}
                {columns.map((it) => (
                  <td
                    key={it.key}
                    className={[it.align, it.cut && 'cut', it.roomy && 'roomy', it.phone && `phone-${it.phone}`]
                      .filter(Boolean)
                      .join(' ')}
                    data-title={it.phone === 'named' ? it.title : undefined}
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
export function Pager({
  rows,
  next,
  total,
  keys,
}: {
  /** How many are shown: below an empty list there is nothing to say. */
  rows: number;
  next: string | null | undefined;
  total?: ReactNode;
  /** More keys of this list, in words. */
  keys?: string;
}) {
  const { t } = useTranslation('house');
  const { search, state } = useLocation();
  const go = useNavigate();
  const params = new URLSearchParams(search);
  const isFirst = !params.has('after');
  if (rows === 0 && isFirst) return null;
  const to = (after: string | null) => {
    const changed = new URLSearchParams(params);
    if (after) changed.set('after', after);
    else changed.delete('after');
    return `?${changed}`;
  };
  return (
    <div className="pager">
      <span className="quiet">{total}</span>
      <span className="quiet pager-keys">{[t('list.keys'), keys].filter(Boolean).join(t('list.comma'))}</span>
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
