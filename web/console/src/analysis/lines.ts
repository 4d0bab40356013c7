// Which lines of a trend stand in front. A line keeps its place, and with it its colour and its dashes, while others come
// and go.

import type { Schemas } from '../house/api.ts';

type Line = Schemas['LineBody'];

/** So many can be told apart by colour and dashes; the table holds no more either. */
export const PLACES = 6;
/** In front before anybody chose. */
const USUAL = 5;
/** A list longer than this can be searched. */
export const SEARCH_FROM = 10;

/** Beyond so many days a point is a month. */
const DAYS_MAX = 100;
export const pointOf = (days: number) => (days > DAYS_MAX ? 'month' : 'day');

export const BYS = ['team', 'staff', 'channel', 'kind'] as const;
export type By = (typeof BYS)[number];

/** The key of what belongs nowhere is a word, so that an address can name it. */
const NONE = 'none';

export const keyOf = (it: Line) => it.id ?? it.word ?? NONE;
/** As names of parts are asked for. */
export const partOf = (key: string) => (key === NONE ? '' : key);

/** The key at each place, empty where there is none. Nothing chosen: the largest, which come first. */
export function placed(chosen: string, lines: Line[]): string[] {
  const keys = lines.map(keyOf);
  const asked = chosen === '' ? keys.slice(0, USUAL) : chosen.split(',');
  return Array.from({ length: PLACES }, (_, at) => {
    const key = asked[at] ?? '';
    return keys.includes(key) && asked.indexOf(key) === at ? key : '';
  });
}

/** The line comes to the first free place, or leaves its own; `undefined`: there is none free. */
export function toggled(places: string[], key: string): string | undefined {
  const at = places.includes(key) ? places.indexOf(key) : places.indexOf('');
  if (at < 0) return undefined;
  const next = places.with(at, places[at] === key ? '' : key);
  // Nobody in front is not the same as nothing chosen.
  return next.join(',').replace(/,+$/, '') || '-';
}

/** The line whose point of that date is nearest, as far as `near` says; `undefined`: none is. */
export function nearest(lines: Line[], at: number, near: (value: number) => number, reach: number): Line | undefined {
  let found: Line | undefined;
  let best = reach;
  for (const it of lines) {
    const value = it.values[at];
    if (typeof value !== 'number') continue;
    const distance = near(value);
    if (distance > best) continue;
    best = distance;
    found = it;
  }
  return found;
}
