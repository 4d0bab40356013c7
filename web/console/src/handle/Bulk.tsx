// The same act on the chosen cases: how far it is, and for each one that was refused, why.

import { Button, Progress, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, ask, queries, type Schemas } from '../house/api.ts';
import { language } from '../house/i18n.ts';
import { useMay, useStaff, useTeams, useTree } from '../house/me.tsx';
import { useSaid } from '../house/states.tsx';
import { type CaseRow, KINDS, PRIORITIES } from './case.tsx';

/** So many at a time: each batch is one transaction, and the bar moves. */
const BATCH = 10;

type Act = 'accept' | 'assign' | 'kind' | 'category' | 'priority';
/** `why` it was refused, in the reader's language; empty: it was done. */
type Result = { row: CaseRow; why: string };

type Props = { rows: CaseRow[]; clear: () => void; done: () => void };

export function Bulk({ rows, clear, done }: Props) {
  const { t } = useTranslation('handle');
  const may = useMay();
  const said = useSaid();
  const [act, setAct] = useState<Act>('accept');
  const [to, setTo] = useState<string | null>(null);
  const [results, setResults] = useState<Result[]>();
  const [busy, setBusy] = useState<CaseRow[]>();
  const [trouble, setTrouble] = useState('');
  const choices = useChoices(act);
  const acts: Act[] = ['accept', ...(may('cases:assign') ? ['assign' as const] : []), 'kind', 'category', 'priority'];

  const run = async () => {
    const all = rows;
    const finished: Result[] = [];
    setBusy(all);
    setResults(finished);
    setTrouble('');
    try {
      for (let at = 0; at < all.length; at += BATCH) {
        const batch = all.slice(at, at + BATCH);
        const cases = batch.map((it) => ({ id: it.id, version: it.version }));
        const body = { ...order(act, to), cases } as Schemas['BulkAction'];
        const answers = await ask(api.POST('/api/v1/cases/bulk', { body }));
        for (const row of batch) {
          finished.push({ row, why: answers.find((it) => it.id === row.id)?.message ?? '' });
        }
        setResults([...finished]);
      }
    } catch (error) {
      setTrouble(said(error));
    }
    setBusy(undefined);
    done();
    queries.invalidateQueries({ queryKey: ['cases'] });
  };

  const refused = results?.filter((it) => it.why) ?? [];
  const count = results?.length ?? 0;
  return (
    <section className="card bulk" aria-label={t('bulk.title')}>
      <b>{t('bulk.chosen', { count: rows.length })}</b>
      <Select
        aria-label={t('bulk.act')}
        value={act}
        onChange={(it) => {
          setAct(it);
          setTo(null);
        }}
        options={acts.map((it) => ({ value: it, label: t(`bulk.${it}`) }))}
        className="filter"
      />
      {choices && (
        <Select
          aria-label={t(`bulk.${act}`)}
          placeholder={t('bulk.to')}
          value={to}
          onChange={(it: string) => setTo(it)}
          options={choices}
          showSearch={{ optionFilterProp: 'label' }}
          className="filter filter-wide"
        />
      )}
      <Button
        type="primary"
        onClick={run}
        loading={busy !== undefined}
        disabled={rows.length === 0 || (choices !== undefined && to === null)}
      >
        {t('bulk.run')}
      </Button>
      <Button onClick={clear} disabled={busy !== undefined}>
        {t('bulk.clear')}
      </Button>
      {busy && (
        <Progress
          percent={Math.round((count / busy.length) * 100)}
          size="small"
          aria-label={t('bulk.progress', { count, all: busy.length })}
          className="bulk-progress"
        />
      )}
      <div role="status" className="bulk-results">
        {results && !busy && <p>{t('bulk.result', { done: count - refused.length, refused: refused.length })}</p>}
        {refused.length > 0 && (
          <ul>
            {refused.map(({ row, why }) => (
              <li key={row.id}>
                <Link to={`/cases/${row.id}`}>{row.number}</Link> <span className="quiet">{why}</span>
              </li>
            ))}
          </ul>
        )}
        {trouble && <p className="fault">{trouble}</p>}
      </div>
    </section>
  );
}

/** The verb and fields as the server knows them. A place to go to is `staff:…` or `team:…`. */
function order(act: Act, to: string | null): { verb: string; fields: Record<string, unknown> } {
  if (act === 'accept') return { verb: 'accept', fields: {} };
  if (act !== 'assign') return { verb: 'correct', fields: { [act]: to } };
  const [staff, team] = (to ?? '').split(' ');
  return { verb: 'assign', fields: { staff: staff || null, team, reason: '' } };
}

function useChoices(act: Act): { value: string; label: string }[] | undefined {
  const { t } = useTranslation('handle');
  const staff = useStaff();
  const teams = useTeams();
  const categories = useTree('category');
  switch (act) {
    case 'accept':
      return undefined;
    case 'kind':
      return KINDS.map((it) => ({ value: it, label: t(`word:kind.${it}`) }));
    case 'priority':
      return PRIORITIES.map((it) => ({ value: it, label: t(`word:priority.${it}`) }));
    case 'category':
      return categories
        .filter((it) => !it.is_archived)
        .map((it) => ({ value: it.id, label: language() === 'en' ? it.name_en : it.name_zh }));
    case 'assign':
      return [
        ...staff
          .filter((it) => it.active && it.team)
          .map((it) => ({ value: `${it.id} ${it.team}`, label: `${it.name} ${it.number}` })),
        ...teams.map((it) => ({ value: ` ${it.id}`, label: t('bulk.queue', { team: it.name }) })),
      ];
  }
}
