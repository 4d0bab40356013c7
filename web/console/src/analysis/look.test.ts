// What is shown first of what changed.

import { describe, expect, test } from 'vitest';
import type { Schemas } from '../house/api.ts';
import { findings } from './look.ts';

type Verdict = Schemas['Verdict'];

function figure(metric: string, parts: [string, Verdict, number, number][]): Schemas['FigureBody'] {
  const of = (denominator: number): Schemas['Figure'] => ({ numerator: 0, denominator, pending: 0, distribution: [] });
  return {
    metric,
    name: metric,
    definition: '',
    definition_version: 1,
    unit: 'share',
    sentence: '',
    total: of(0),
    before: of(0),
    change: { verdict: 'unknown' },
    parts: parts.map(([word, verdict, difference, n]) => ({ word, figure: of(n), change: { verdict, difference } })),
  };
}

const keys = (...figures: Schemas['FigureBody'][]) =>
  findings(figures.map((it) => ({ figure: it, split: 'team' }))).map((it) => `${it.metric} ${it.key}`);

describe('where to look', () => {
  test('is where something changed, the bad first, then where it concerns most', () => {
    const csat = figure('csat', [
      ['same', 'no_real_difference', -0.3, 900],
      ['better', 'higher', 0.2, 800],
      ['few', 'lower', -0.4, 10],
      ['many', 'lower', -0.1, 500],
      ['new', 'unknown', 0, 5],
    ]);
    expect(keys(csat)).toEqual(['csat many', 'csat few', 'csat better']);
  });
  test('knows that a longer time is worse', () => {
    const slower = figure('first_response_time', [
      ['slower', 'higher', 60, 10],
      ['faster', 'lower', -60, 100],
    ]);
    expect(keys(slower)).toEqual(['first_response_time slower', 'first_response_time faster']);
    expect(findings([{ figure: slower, split: 'team' }])[0]?.isBad).toBe(true);
  });
});
