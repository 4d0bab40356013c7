// The same act on the chosen cases, or on the cases of chosen evaluations: how far it is, for each one that was
// refused why, and the way back where there is one.

import { Button, Progress, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, ask, newId, queries, type Schemas } from '../house/api.ts';
import { language } from '../house/i18n.ts';
import { useMay, useStaff, useTeams, useTree } from '../house/me.tsx';
import { useSaid } from '../house/states.tsx';
import { complain, tell } from '../house/toast.tsx';
import { KINDS, PRIORITIES } from './case.tsx';

/** So many at a time: each batch is one transaction, and the bar moves. */
const BATCH = 10;

/** What is acted on: a case as it was seen, or an evaluation with the case it has, if it has one. */
export type BulkRow = { id: string; case: string | null; version: number | null; number: string };
type Act = 'take_up' | 'accept' | 'assign' | 'kind' | 'category' | 'priority';
type Before = Schemas['LabelsBefore'];
/** `why` it was refused, in the reader's language; empty: it was done. `before`: how it was labelled. */
type Result = { row: BulkRow; why: string; before: Before | null };

type Props = {
  rows: BulkRow[];
  /** Evaluations: those without a case can be given one. */
  ofEvaluations?: boolean;
  clear: () => void;
  done: () => void;
};

export function Bulk({ rows, ofEvaluations = false, clear, done }: Props) {
  const { t } = useTranslation('handle');
  const may = useMay();
  const said = useSaid();
  const [act, setAct] = useState<Act>(ofEvaluations ? 'take_up' : 'accept');
  const [to, setTo] = useState<string | null>(null);
  const [results, setResults] = useState<Result[]>();
  const [busy, setBusy] = useState<BulkRow[]>();
  const [trouble, setTrouble] = useState('');
  const choices = useChoices(act);
  const acts: Act[] = [
    ...(ofEvaluations ? ['take_up' as const] : []),
    'accept',
    ...(may('cases:assign') ? ['assign' as const] : []),
    'kind',
    'category',
    'priority',
  ];
  const look = () => {
    done();
    for (const it of ['cases', 'case', 'evaluations']) queries.invalidateQueries({ queryKey: [it] });
  };

  const run = async () => {
    const all = rows;
    const finished: Result[] = [];
    setBusy(all);
    setResults(finished);
    setTrouble('');
    try {
      for (let at = 0; at < all.length; at += BATCH) {
        finished.push(...(await send(act, to, all.slice(at, at + BATCH), t('bulk.no_case'))));
        setResults([...finished]);
      }
    } catch (error) {
      setTrouble(said(error));
    }
    setBusy(undefined);
    look();
    if (act === 'kind' || act === 'category' || act === 'priority') offerBack(act, finished);
  };

  /** A correction is taken back case by case to what it was; what had no category before keeps the new one. */
  const offerBack = (field: keyof Before, finished: Result[]) => {
    const old = new Map<string, BulkRow[]>();
    for (const { row, why, before } of finished) {
      const value = before?.[field];
      // As it is then: the correction itself has made it newer than it was seen.
      if (!why && value) old.set(value, [...(old.get(value) ?? []), { ...row, version: null }]);
    }
    const count = [...old.values()].reduce((sum, it) => sum + it.length, 0);
    if (count === 0) return;
    tell(t('bulk.corrected', { count }), async () => {
      try {
        const backs = await Promise.all([...old].map(([value, them]) => send(field, value, them, '')));
        const kept = backs.flat().filter((it) => it.why);
        if (kept.length > 0) complain(t('bulk.not_back', { count: kept.length }));
        setResults(undefined);
      } catch (error) {
        complain(said(error));
      }
      look();
    });
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
                {row.case ? <Link to={`/cases/${row.case}`}>{row.number}</Link> : row.number}{' '}
                <span className="quiet">{why}</span>
              </li>
            ))}
          </ul>
        )}
        {trouble && <p className="fault">{trouble}</p>}
      </div>
    </section>
  );
}

/** One batch, each row done or refused by itself. `noCase` is said of a row there is nothing to act on of. */
async function send(act: Act, to: string | null, rows: BulkRow[], noCase: string): Promise<Result[]> {
  if (act === 'take_up') {
    const evaluations = rows.map((it) => ({ id: it.id, case: newId() }));
    const body = { kind: to as Schemas['Kind'], evaluations };
    const answers = await ask(api.POST('/api/v1/evaluations/take-up', { body }));
    return rows.map((row) => {
      const answer = answers.find((it) => it.id === row.id);
      return { row: { ...row, case: row.case ?? answer?.case ?? null }, why: answer?.message ?? '', before: null };
    });
  }
  const cases = rows.flatMap((it) => (it.case ? [{ id: it.case, version: it.version }] : []));
  const body = { ...order(act, to), cases } as Schemas['BulkAction'];
  const answers = cases.length > 0 ? await ask(api.POST('/api/v1/cases/bulk', { body })) : [];
  return rows.map((row) => {
    const answer = answers.find((it) => it.id === row.case);
    return { row, why: row.case ? (answer?.message ?? '') : noCase, before: answer?.before ?? null };
  });
}

/** The verb and fields as the server knows them. A place to go to is `staff:…` or `team:…`. */
function order(act: Exclude<Act, 'take_up'>, to: string | null): { verb: string; fields: Record<string, unknown> } {
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
    case 'take_up':
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
