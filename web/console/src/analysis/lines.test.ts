// Which lines stand in front, and that each keeps its colour.

import { describe, expect, test } from 'vitest';
import type { Schemas } from '../house/api.ts';
import { keyOf, nearest, PLACES, placed, toggled } from './lines.ts';
import { planOf, scale } from './linesPicture.ts';

function line(word: string | null, ...values: (number | null)[]): Schemas['LineBody'] {
  const total = { numerator: 0, denominator: 1, pending: 0, distribution: [] };
  return { ...(word === null ? {} : { word }), total, values, counts: values.map(() => 1) };
}

const lines = ['a', 'b', 'c', 'd', 'e', 'f', 'g', null].map((it) => line(it, 1));

describe('lines in front', () => {
  test('are the largest before anybody chose', () => {
    expect(placed('', lines)).toEqual(['a', 'b', 'c', 'd', 'e', '']);
    expect(placed('', lines.slice(0, 2))).toEqual(['a', 'b', '', '', '', '']);
  });
  test('are those of the address, each at its place; what is not there any more leaves its place empty', () => {
    expect(placed('g,,gone,none,g', lines)).toEqual(['g', '', '', 'none', '', '']);
    expect(placed('-', lines)).toEqual(['', '', '', '', '', '']);
    expect(keyOf(line(null))).toBe('none');
  });
  test('keep their places when another comes or goes', () => {
    const usual = placed('', lines);
    const without = toggled(usual, 'b');
    expect(without).toBe('a,,c,d,e');
    expect(toggled(placed(without ?? '', lines), 'g')).toBe('a,g,c,d,e');
  });
  test('are at most so many, and may be none', () => {
    const full = placed('a,b,c,d,e,f', lines);
    expect(full.filter(Boolean)).toHaveLength(PLACES);
    expect(toggled(full, 'g')).toBeUndefined();
    expect(toggled(full, 'f')).toBe('a,b,c,d,e');
    expect(toggled(placed('a', lines), 'a')).toBe('-');
  });
});

test('a press takes the line whose point is nearest, if one is near', () => {
  const found = [line('low', 0.2), line('high', 0.9), line('gap', null)];
  const near = (y: number) => (value: number) => Math.abs(value - y) * 100;
  expect(nearest(found, 0, near(0.85), 12)?.word).toBe('high');
  expect(nearest(found, 0, near(0.5), 12)).toBeUndefined();
});

describe('the picture', () => {
  test('has even steps around all values, and a share ends at all of them', () => {
    expect(scale([line('a', 0.55, 0.95)], 'share')).toEqual([0.5, 0.6, 0.7, 0.8, 0.9, 1]);
    expect(scale([line('a', 1), line('b', 5)], 'score')).toEqual([1, 2, 3, 4, 5]);
    expect(scale([line('a', 1)], 'share')).toEqual([0.9, 0.92, 0.94, 0.96, 0.98, 1]);
    expect(scale([line('a', null)], 'seconds').length).toBeGreaterThan(1);
  });
  test('puts the first date left and the last right, the highest value on top', () => {
    const { x, y, at } = planOf({ dates: ['1', '2', '3'], lines: [line('a', 0, 0.5, 1)], unit: 'share' }, 168, 140);
    expect([x(0), x(2), y(1), y(0)]).toEqual([56, 156, 12, 112]);
    expect([at(0), at(60), at(110), at(999)]).toEqual([0, 0, 1, 2]);
  });
});
