// By team, person, channel, kind: each figure with how sure it is, so that chance is not taken for merit.

import { useQueries } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, ask, type Schemas } from '../house/api.ts';
import { count } from '../house/format.ts';
import { language } from '../house/i18n.ts';
import { useStaffName, useTeamName } from '../house/me.tsx';
import { Loading } from '../house/states.tsx';
import { useValue } from './figure.tsx';
import type { Period } from './Overview.tsx';

const SPLITS = ['team', 'staff', 'channel', 'kind'] as const;
type Split = (typeof SPLITS)[number];
const METRICS = ['csat', 'first_response_in_time', 'resolution_in_time', 'sla_attainment'];

type Part = Schemas['PartBody'];
const keyOf = (it: Part) => it.id ?? it.word ?? '';

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
  const staffName = useStaffName();
  const teamName = useTeamName();
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
  const name = (key: string) => {
    if (key === '') return t('parts.none');
    if (split === 'team') return teamName(key) || t('parts.gone');
    if (split === 'staff') return staffName(key) || t('parts.gone');
    return t(`word:${split}.${key}`);
  };
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
                          <Cell part={part} said={value(part.figure.value, figures[at]?.data?.unit ?? 'share', 0)} />
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
function Cell({ part, said }: { part: Part; said: string }) {
  const { t } = useTranslation('analysis');
  const { value, low, high, numerator, denominator } = part.figure;
  if (typeof value !== 'number') return <span className="quiet">{t('none')}</span>;
  const spread = typeof low === 'number' && typeof high === 'number';
  return (
    <span className="cell">
      <b>{said}</b>
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
