import { expect, test } from 'vitest';
import { boundsOf, narrowed } from './clock.ts';

test('one answer bounds the difference by the way there and back and the second that was cut off', () => {
  // The server is 5 s ahead; it wrote its date at browser time 1 250, which was 6 250, cut to 6 000.
  const bounds = boundsOf(6_000, 1_200, 1_300);
  expect(bounds).toEqual({ low: 4_700, high: 5_800 });
  expect(bounds.low <= 5_000 && 5_000 <= bounds.high).toBe(true);
});

test('many answers come closer than one, and always hold the truth', () => {
  const ahead = -37_123;
  let known = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  for (let i = 0; i < 40; i += 1) {
    const sent = i * 1_737;
    const written = sent + 20 + (i % 7);
    const date = Math.floor((written + ahead) / 1_000) * 1_000;
    known = narrowed(known, boundsOf(date, sent, written + 15));
    expect(known.low).toBeLessThanOrEqual(ahead);
    expect(known.high).toBeGreaterThanOrEqual(ahead);
  }
  expect(known.high - known.low).toBeLessThan(150);
});

test('a clock that was set makes the newer answer count', () => {
  expect(narrowed({ low: 0, high: 900 }, { low: 60_000, high: 61_000 })).toEqual({ low: 60_000, high: 61_000 });
});
