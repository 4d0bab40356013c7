// Making, moving and asking: what the designer does to a form without anybody looking.

import { describe, expect, test } from 'vitest';
import {
  about,
  type Claim,
  type Condition,
  claim,
  claimsOf,
  conditionOf,
  howOf,
  howsFor,
  make,
  moved,
  PALETTE,
} from './form.ts';

describe('a new question', () => {
  test('of every kind has a key that is free and begins with what it is', () => {
    for (const type of Object.values(PALETTE).flat()) {
      const first = make(type, []);
      expect(first.key).toBe(`${type}_1`);
      const taken = [{ key: `${type}_2` }];
      expect(make(type, taken).key).toBe(`${type}_3`);
      expect(make(type, [...taken, { key: `${type}_3` }]).key).not.toBe(`${type}_3`);
    }
  });
});

describe('moving', () => {
  const list = ['a', 'b', 'c', 'd'];
  test('into every gap gives the order that was pointed at', () => {
    // The slow way: mark the place, take the thing out of where it was.
    for (let from = 0; from < list.length; from += 1) {
      for (let gap = 0; gap <= list.length; gap += 1) {
        const marked = list.map((it, at) => (at === from ? '' : it));
        marked.splice(gap, 0, list[from] ?? '');
        expect(moved(list, from, gap)).toEqual(marked.filter((it) => it !== ''));
      }
    }
  });
});

describe('a condition', () => {
  const low: Claim = { value: { question: 'overall', at_most: 2 } };
  const why: Claim = { chosen: { question: 'reasons', any_of: ['waiting'] } };
  test('is read as a list and written back as it was', () => {
    const all: Condition[] = [low, { all: [low, why] }, { any: [low, why] }];
    for (const it of all) {
      const read = claimsOf(it);
      expect(read && conditionOf(read)).toEqual(it);
    }
    expect(conditionOf({ join: 'any', claims: [] })).toBeNull();
  });
  test('that is more than a list is not taken apart', () => {
    expect(claimsOf({ not: low })).toBeUndefined();
    expect(claimsOf({ all: [{ any: [low, why] }] })).toBeUndefined();
  });
  test('of every kind that a question offers is read back as that kind, about that question', () => {
    for (const type of Object.values(PALETTE).flat()) {
      const question = make(type, []);
      for (const how of howsFor(question)) {
        const made = claim(question, how);
        expect(howOf(made, question), `${type} ${how}`).toBe(how);
        expect(about(made)).toBe(question.key);
      }
    }
  });
});
