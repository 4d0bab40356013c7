// A figure with its honesty: numerator, denominator, interval, change in words, definition.

import { useTranslation } from 'react-i18next';
import type { Schemas } from '../house/api.ts';
import { decimal, percent } from '../house/format.ts';
import { Explained } from '../house/Help.tsx';
import { useTimeWords } from '../house/promise.tsx';
import { LESS_IS_BETTER } from './look.ts';
import './figure.css';

export type Figure = Schemas['Figure'];
export type FigureBody = Schemas['FigureBody'];
export type Unit = Schemas['Unit'];

/** A value as it is read. */
export function useValue(): (value: number | null | undefined, unit: Unit, digits?: number) => string {
  const { t } = useTranslation('analysis');
  const words = useTimeWords();
  return (value, unit, digits = 1) => {
    if (value === null || value === undefined) return t('none');
    if (unit === 'share') return percent(value, digits);
    if (unit === 'net') return decimal(value * 100, digits);
    if (unit === 'score') return decimal(value, 2);
    return words.length(value * 1000);
  };
}

/** `+2.1` points, and whether that is more than noise. */
export function useChange(): (of: FigureBody) => { said: string; mark: string; tone: string } {
  const { t } = useTranslation('analysis');
  return ({ change, metric }) => {
    const better = LESS_IS_BETTER.includes(metric) ? 'lower' : 'higher';
    switch (change.verdict) {
      case 'higher':
        return { said: t('change.higher'), mark: '▲', tone: better === 'higher' ? 'good' : 'bad' };
      case 'lower':
        return { said: t('change.lower'), mark: '▼', tone: better === 'lower' ? 'good' : 'bad' };
      case 'no_real_difference':
        return { said: t('change.none'), mark: '＝', tone: 'same' };
      default:
        return { said: t('change.unknown'), mark: '', tone: 'same' };
    }
  };
}

/** A value among others. That there is none is said quietly. */
export function Value({ of, unit }: { of: number | null | undefined; unit: Unit }) {
  const value = useValue();
  const known = of !== null && of !== undefined;
  return known ? <b>{value(of, unit)}</b> : <span className="quiet">{value(of, unit)}</span>;
}

/** One line: name, value, what it is made of. */
export function FigureLine({ metric, figure }: { metric: string; figure: FigureBody | undefined }) {
  const { t } = useTranslation('analysis');
  const { total } = figure ?? {};
  return (
    <div className="figure-line">
      <dt>
        {t(`word:metric.${metric}`)}
        <Definition metric={metric} />
      </dt>
      <dd>
        {figure && total ? <Value of={total.value} unit={figure.unit} /> : <b>…</b>}
        {figure && total && total.denominator > 0 && (
          <span className="quiet">
            {figure.unit === 'share' ? `${total.numerator}/${total.denominator}` : t('of', { n: total.denominator })}
          </span>
        )}
      </dd>
    </div>
  );
}

/** What the figure means, from the server's own definition. */
export function Definition({ metric }: { metric: string }) {
  const { t } = useTranslation('word');
  return <Explained name={t(`metric.${metric}`)}>{t(`definition.${metric}`)}</Explained>;
}
