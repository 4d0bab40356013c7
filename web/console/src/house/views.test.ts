// Saved views are found again by what they ask; a list knows what would move.

import { describe, expect, test } from 'vitest';
import { isSameQuestion, whatMoved } from './views.ts';

describe('two addresses', () => {
  test('ask the same whatever the order, the place in the list and what is open', () => {
    expect(isSameQuestion('?a=1&b=2', 'b=2&a=1&after=x&open=y')).toBe(true);
    expect(isSameQuestion('', '?after=x')).toBe(true);
    expect(isSameQuestion('a=', '')).toBe(true);
    expect(isSameQuestion('a=1', 'a=2')).toBe(false);
    expect(isSameQuestion('a=1', 'a=1&b=1')).toBe(false);
  });
});

describe('a list read again', () => {
  test.each([
    [['a', 'b'], ['a', 'b'], 0, false],
    [['a', 'b'], ['x', 'a', 'b'], 1, true],
    [['a', 'b'], ['b', 'a'], 0, true],
    [['a', 'b'], ['a'], 0, true],
    [[], ['a', 'b'], 2, true],
  ])('%j then %j: %d fresh, moved %s', (before, now, fresh, moved) => {
    expect(whatMoved(before, now)).toEqual({ fresh, moved });
  });
});
