// Which parts of a figure changed more than by chance. Whether they did is the server's to say.

import type { Schemas } from '../house/api.ts';

type FigureBody = Schemas['FigureBody'];

export const LESS_IS_BETTER = ['first_response_time', 'resolution_time', 'second_feedback_rate'];

export type Found = {
  metric: string;
  name: string;
  unit: Schemas['Unit'];
  split: string;
  /** The part: an id or a code; empty for what belongs nowhere. */
  key: string;
  now: Schemas['Figure'];
  /** In the figure's unit; below zero: it fell. */
  difference: number;
  isBad: boolean;
};

/** The bad ones first, then by how many each concerns: a great change of few is not the first to look at. */
export function findings(figures: { figure: FigureBody; split: string }[]): Found[] {
  const found = figures.flatMap(({ figure, split }) =>
    figure.parts.flatMap((part): Found[] => {
      const verdict = part.change?.verdict;
      const difference = part.change?.difference;
      if ((verdict !== 'higher' && verdict !== 'lower') || typeof difference !== 'number') return [];
      const { metric, name, unit } = figure;
      const isBad = LESS_IS_BETTER.includes(metric) ? verdict === 'higher' : verdict === 'lower';
      return [{ metric, name, unit, split, key: part.id ?? part.word ?? '', now: part.figure, difference, isBad }];
    }),
  );
  return found.sort((a, b) => Number(b.isBad) - Number(a.isBad) || b.now.denominator - a.now.denominator);
}
