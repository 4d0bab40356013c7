// Where to look: the parts that changed more than by chance, the bad news first, each with its evidence.

import { useQueries } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, ask } from '../house/api.ts';
import { count } from '../house/format.ts';
import { language } from '../house/i18n.ts';
import { useValue } from './figure.tsx';
import { type Found, findings } from './look.ts';
import type { Period } from './Overview.tsx';
import { usePartName } from './Parts.tsx';

/** What is looked through: figure and split. */
const ASKED = [
  ['csat', 'team'],
  ['csat', 'channel'],
  ['first_response_in_time', 'team'],
  ['first_response_in_time', 'kind'],
  ['resolution_in_time', 'team'],
] as const;
const FOUND_MAX = 3;

export function Look({ period }: { period: Period }) {
  const { t } = useTranslation('analysis');
  const figures = useQueries({
    queries: ASKED.map(([metric, split]) => ({
      queryKey: ['figure', metric, period, split, language()],
      queryFn: () =>
        ask(api.GET('/api/v1/figures/{metric}', { params: { path: { metric }, query: { ...period, split } } })),
      staleTime: 30_000,
    })),
  });
  if (figures.some((it) => it.isPending)) return null;
  const found = findings(
    figures.flatMap((it, at) => (it.data ? [{ figure: it.data, split: ASKED[at]?.[1] ?? 'team' }] : [])),
  );
  const isCompared = figures.some((it) =>
    it.data?.parts.some((part) => part.change && part.change.verdict !== 'unknown'),
  );
  return (
    <section className="card look" aria-label={t('look.title')}>
      <h2>{t('look.title')}</h2>
      {found.length === 0 && <p className="quiet">{t(isCompared ? 'look.none' : 'look.unknown')}</p>}
      <ul>
        {found.slice(0, FOUND_MAX).map((it) => (
          <li key={`${it.metric} ${it.split} ${it.key}`}>
            <Line it={it} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Line({ it }: { it: Found }) {
  const { t } = useTranslation('analysis');
  const value = useValue();
  const name = usePartName(it.split)(it.key);
  const { numerator, denominator, low, high } = it.now;
  const range =
    typeof low === 'number' && typeof high === 'number'
      ? t('range', { low: value(low, it.unit), high: value(high, it.unit) })
      : '';
  const difference = value(Math.abs(it.difference), it.unit);
  return (
    <>
      <span aria-hidden className={`change-${it.isBad ? 'bad' : 'good'}`}>
        {it.difference < 0 ? '▼' : '▲'}
      </span>{' '}
      {t(it.difference < 0 ? 'look.fell' : 'look.rose', {
        name,
        metric: it.name,
        value: value(it.now.value, it.unit),
        difference,
      })}{' '}
      <span className="quiet">
        {count(numerator)} / {count(denominator)} {range}
      </span>{' '}
      {it.split === 'team' && it.key && <Link to={`?team=${it.key}&metric=${it.metric}`}>{t('look.open')}</Link>}
      {it.split === 'channel' && <Link to={`/evaluations?channel=${it.key}&score=low`}>{t('look.open')}</Link>}
      {it.split === 'kind' && <Link to={`/cases?view=all&kind=${it.key}`}>{t('look.open')}</Link>}
    </>
  );
}
