// A choice of columns outlives the list it was made for.

import { describe, expect, test } from 'vitest';
import { AS_IT_WAS, arrange, choose, isChoice, move, spellOut } from './columns.ts';

const LIST = [{ key: 'name', fixed: true }, { key: 'said' }, { key: 'state' }, { key: 'opened', roomy: true }];
const keys = (all: { key: string }[]) => all.map((it) => it.key);

describe('the columns that are seen', () => {
  test.each([
    ['nothing chosen', AS_IT_WAS, ['name', 'said', 'state', 'opened']],
    ['another order', { order: ['state', 'name', 'opened', 'said'], hidden: [] }, ['state', 'name', 'opened', 'said']],
    ['one hidden', { order: [], hidden: ['said'] }, ['name', 'state', 'opened']],
    ['one that is always seen', { order: [], hidden: ['name', 'state'] }, ['name', 'said', 'opened']],
    ['names nobody knows', { order: ['gone', 'state', 'state'], hidden: ['old'] }, ['name', 'said', 'state', 'opened']],
    ['columns that are new', { order: ['state', 'name'], hidden: [] }, ['state', 'opened', 'name', 'said']],
  ])('%s', (_, choice, seen) => expect(keys(choose(LIST, choice))).toEqual(seen));

  test('need no room once they were chosen', () => {
    expect(choose(LIST, AS_IT_WAS).find((it) => it.key === 'opened')?.roomy).toBe(true);
    const chosen = spellOut(LIST, AS_IT_WAS, true);
    expect(choose(LIST, chosen).find((it) => it.key === 'opened')?.roomy).toBe(false);
  });
});

test('a first change keeps everything else as this screen shows it', () => {
  expect(spellOut(LIST, AS_IT_WAS, true)).toEqual({ order: keys(LIST), hidden: [] });
  expect(spellOut(LIST, AS_IT_WAS, false)).toEqual({ order: keys(LIST), hidden: ['opened'] });
  const chosen = { order: keys(LIST), hidden: ['said', 'name', 'gone'] };
  expect(spellOut(LIST, chosen, false)).toEqual({ order: keys(LIST), hidden: ['said'] });
});

test('every arrangement has each column once', () => {
  const some = ['state', 'name', 'gone', 'opened', 'said'];
  for (let mask = 0; mask < 32; mask += 1) {
    const order = some.filter((_, at) => (mask >> at) % 2 === 1);
    expect(keys(arrange(LIST, { order, hidden: [] })).sort()).toEqual(keys(LIST).sort());
  }
});

test('a column moves beside another', () => {
  expect(move(['a', 'b', 'c'], 'c', 'a', 'before')).toEqual(['c', 'a', 'b']);
  expect(move(['a', 'b', 'c'], 'a', 'b', 'behind')).toEqual(['b', 'a', 'c']);
  expect(move(['a', 'b'], 'a', 'gone', 'behind')).toEqual(['a', 'b']);
});

test('only a choice is one', () => {
  expect(isChoice({ order: ['a'], hidden: [] })).toBe(true);
  for (const it of [null, [], 'a', {}, { order: [1], hidden: [] }, { order: [] }]) expect(isChoice(it)).toBe(false);
});
