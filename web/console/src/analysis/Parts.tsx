// By team, person, channel, kind: each figure with how sure it is, so that chance is not taken for merit.

import { useQueries } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, ask, type Schemas } from '../house/api.ts';
import { count } from '../house/format.ts';
import { language } from '../house/i18n.ts';
import { useMay, useStaffName, useTeamName } from '../house/me.tsx';
import { Loading } from '../house/states.tsx';
import { useValue } from './figure.tsx';
import { LESS_IS_BETTER } from './look.ts';
import type { Period } from './Overview.tsx';

const SPLITS = ['team', 'staff', 'channel', 'kind'] as const;
type Split = (typeof SPLITS)[number];
const METRICS = ['csat', 'first_response_in_time', 'resolution_in_time', 'sla_attainment'];

type Part = Schemas['PartBody'];
const keyOf = (it: Part) => it.id ?? it.word ?? '';

/** The name of a part of this split. */
export function usePartName(split: string): (key: string) => string {
  const { t } = useTranslation('analysis');
  const staffName = useStaffName();
  const teamName = useTeamName();
  const unknown = useMay()('staff:read') ? t('parts.gone') : t('parts.unnamed');
  return (key) => {
    if (key === '') return t('parts.none');
    if (split === 'team') return teamName(key) || unknown;
    if (split === 'staff') return staffName(key) || unknown;
    return t(`word:${split}.${key}`);
  };
}

export function Parts({
  period,
  split: asked,
  choose,
}: {
  period: Period;
  split: string;
  choose: (split: Split) => void;
}) {
  const { t } = useTranslation('analysis');
  const split: Split = SPLITS.find((it) => it === asked) ?? 'team';
  const name = usePartName(split);
  const value = useValue();
  const figures = useQueries({
    queries: METRICS.map((metric) => ({
      queryKey: ['figure', metric, period, split, language()],
      queryFn: () =>
        ask(api.GET('/api/v1/figures/{metric}', { params: { path: { metric }, query: { ...period, split } } })),
      staleTime: 30_000,
    })),
  });
  const keys = [...new Set(figures.flatMap((it) => it.data?.parts.map(keyOf) ?? []))];
  const size = (key: string) => figures[0]?.data?.parts.find((it) => keyOf(it) === key)?.figure.denominator ?? 0;
  keys.sort((a, b) => size(b) - size(a));
  return (
    <div>
      <div className="tabs">
        {SPLITS.map((it) => (
          <button key={it} type="button" className="tab" aria-pressed={it === split} onClick={() => choose(it)}>
            {t(`parts.by_${it}`)}
          </button>
        ))}
      </div>
      {figures.some((it) => it.isPending) ? (
        <Loading rows={6} />
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
        <section className="card table-box parts" tabIndex={0} aria-label={t('parts.title')}>
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{t(`parts.${split}`)}</th>
                {METRICS.map((it) => (
                  <th key={it} scope="col">
                    {t(`word:metric.${it}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {keys.map((key) => (
                <tr key={key}>
                  <td className="phone-head">{name(key)}</td>
                  {METRICS.map((metric, at) => {
                    const part = figures[at]?.data?.parts.find((it) => keyOf(it) === key);
                    return (
                      <td key={metric}>
                        <span className="parts-name">{t(`word:metric.${metric}`)} </span>
                        {part ? (
                          <Cell
                            metric={metric}
                            part={part}
                            said={value(part.figure.value, figures[at]?.data?.unit ?? 'share', 0)}
                          />
                        ) : (
                          '—'
                        )}
                      </td>
                    );
                  })}
                </tr>
              ))}
            </tbody>
          </table>
          {keys.length === 0 && <p className="quiet parts-empty">{t('none')}</p>}
        </section>
      )}
    </div>
  );
}

/** The value, its interval as a line, and how many it rests on. */
function Cell({ metric, part, said }: { metric: string; part: Part; said: string }) {
  const { t } = useTranslation('analysis');
  const { value, low, high, numerator, denominator } = part.figure;
  if (typeof value !== 'number') return <span className="quiet">{t('none')}</span>;
  const spread = typeof low === 'number' && typeof high === 'number';
  return (
    <span className="cell">
      <b>
        {said} <Moved metric={metric} part={part} />
      </b>
      {spread && (
        <svg className="whisker" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
          <line x1="0" x2="100" y1="5" y2="5" className="whisker-line" />
          <line x1={low * 100} x2={high * 100} y1="5" y2="5" className="whisker-range" />
          <line x1={value * 100} x2={value * 100} y1="1" y2="9" className="whisker-value" />
        </svg>
      )}
      <span className="quiet">
        {count(numerator)}/{count(denominator)}
      </span>
    </span>
  );
}

/** Only what changed more than by chance has a mark. */
function Moved({ metric, part }: { metric: string; part: Part }) {
  const { t } = useTranslation('analysis');
  const verdict = part.change?.verdict;
  if (verdict !== 'higher' && verdict !== 'lower') return null;
  const isBad = LESS_IS_BETTER.includes(metric) === (verdict === 'higher');
  const words = t(`change.${verdict}`);
  return (
    <span className={`change-${isBad ? 'bad' : 'good'}`} title={words}>
      <span aria-hidden>{verdict === 'higher' ? '▲' : '▼'}</span>
      <span className="sr">{words}</span>
    </span>
  );
}
