// What of a list one sees, and in which order: kept for this person, and with a saved view where one is shown.

import { ArrowDownOutlined, ArrowUpOutlined, TableOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'react-router';
import { AS_IT_WAS, arrange, type Choice, choose, isChoice, move, spellOut } from './columns.ts';
import type { Column } from './DataTable.tsx';
import { usePreference } from './preference.ts';
import { areViews, isSameQuestion, NO_VIEWS } from './views.ts';
import './columns.css';

/** The columns of the list on this page as they were chosen, and the button that opens the choice. */
export function useColumnChoice<R>(page: string, columns: Column<R>[]): { shown: Column<R>[]; button: ReactNode } {
  const { t } = useTranslation('house');
  const { search } = useLocation();
  const [isOpen, setOpen] = useState(false);
  const own = usePreference(`columns.${page}`, AS_IT_WAS, isChoice);
  const views = usePreference(`views.${page}`, NO_VIEWS, areViews);
  const view = views.value?.find((it) => isSameQuestion(it.query, search));
  const ofView = isChoice(view?.columns) ? view.columns : undefined;
  const choice = ofView ?? own.value ?? AS_IT_WAS;
  const keep = (to: Choice | undefined) => {
    if (!view) return own.keep(to ?? AS_IT_WAS);
    const { columns: _, ...bare } = view;
    const changed = to ? { ...bare, columns: to } : bare;
    views.keep((views.value ?? []).map((it) => (it === view ? changed : it)));
  };
  const button = (
    <>
      <Button icon={<TableOutlined aria-hidden />} disabled={!own.value} onClick={() => setOpen(true)}>
        {t('columns')}
      </Button>
      {isOpen && (
        <Chooser
          columns={columns}
          choice={choice}
          view={view?.name}
          isChosen={view ? ofView !== undefined : choice.order.length > 0}
          keep={keep}
          close={() => setOpen(false)}
        />
      )}
    </>
  );
  return { shown: choose(columns, choice), button };
}

type ChooserProps<R> = {
  columns: Column<R>[];
  choice: Choice;
  /** The saved view that is shown: then the choice is the view's. */
  view: string | undefined;
  /** Whether there is anything to go back from. */
  isChosen: boolean;
  /** `undefined`: as it was. */
  keep: (to: Choice | undefined) => void;
  close: () => void;
};

/** A phone shows rows as cards, without some columns; a small screen has no room for others. */
const fits = (query: string) => window.matchMedia(query).matches;

function Chooser<R>({ columns, choice, view, isChosen, keep, close }: ChooserProps<R>) {
  const { t } = useTranslation('house');
  const dialog = useRef<HTMLDialogElement>(null);
  const buttons = useRef(new Map<string, HTMLButtonElement>());
  const [moved, setMoved] = useState<{ key: string; by: -1 | 1 }>();
  useEffect(() => dialog.current?.showModal(), []);
  // What is moved in the page loses the focus.
  useEffect(() => {
    if (moved) buttons.current.get(`${moved.key} ${moved.by}`)?.focus();
  }, [moved]);

  const spelt = (it: Choice) => spellOut(columns, it, fits('(min-width: 1600px)'));
  const [now, setNow] = useState(() => spelt(choice));
  // A key is pressed again before the page has followed.
  const latest = useRef(now);
  const change = (to: Choice) => {
    latest.current = to;
    setNow(to);
  };
  const isPhone = fits('(max-width: 767px)');
  const list = (of: Choice) => arrange(columns, of).filter((it) => !isPhone || it.phone !== 'hide');
  const listed = list(now);
  const place = (key: string, all = listed) => all.findIndex((it) => it.key === key);
  const shift = (key: string, by: -1 | 1) => {
    const { order, hidden } = latest.current;
    const all = list(latest.current);
    const beside = all[place(key, all) + by];
    if (!beside) return;
    const to = { order: move(order, key, beside.key, by < 0 ? 'before' : 'behind'), hidden };
    change(to);
    keep(to);
    setMoved({ key, by });
  };
  const turn = (key: string, on: boolean) => {
    const { order, hidden } = latest.current;
    const to = { order, hidden: on ? hidden.filter((it) => it !== key) : [...hidden, key] };
    change(to);
    keep(to);
  };
  const reset = () => {
    change(spelt(AS_IT_WAS));
    keep(undefined);
  };
  const step = (it: Column<R>, by: -1 | 1) => (
    <button
      type="button"
      className="icon-button"
      ref={(one) => {
        if (one) buttons.current.set(`${it.key} ${by}`, one);
        else buttons.current.delete(`${it.key} ${by}`);
      }}
      aria-label={t(by < 0 ? 'columns.up' : 'columns.down', { name: it.title })}
      aria-disabled={!listed[place(it.key) + by]}
      onClick={() => shift(it.key, by)}
    >
      {by < 0 ? <ArrowUpOutlined aria-hidden /> : <ArrowDownOutlined aria-hidden />}
    </button>
  );
  const movedTo = moved && listed[place(moved.key)];
  return (
    <dialog
      ref={dialog}
      className="dialog columns"
      aria-labelledby="columns-title"
      onClose={close}
      onPointerDown={(event) => event.target === dialog.current && close()}
    >
      <h2 id="columns-title">{view ? t('columns.of_view', { name: view }) : t('columns')}</h2>
      <p className="quiet">{t('columns.hint')}</p>
      <ul>
        {listed.map((it) => (
          <li key={it.key}>
            <label>
              <input
                type="checkbox"
                checked={it.fixed || !now.hidden.includes(it.key)}
                disabled={it.fixed}
                onChange={(event) => turn(it.key, event.target.checked)}
              />
              {it.title}
              {it.fixed && <span className="quiet"> {t('columns.fixed')}</span>}
            </label>
            {step(it, -1)}
            {step(it, 1)}
          </li>
        ))}
      </ul>
      <p className="sr" aria-live="polite">
        {movedTo && t('columns.moved', { name: movedTo.title, n: place(movedTo.key) + 1, of: listed.length })}
      </p>
      <div className="columns-foot">
        <Button disabled={!isChosen} onClick={reset}>
          {t('columns.reset')}
        </Button>
        <Button type="primary" onClick={close}>
          {t('columns.done')}
        </Button>
      </div>
    </dialog>
  );
}
