// A list of branches drawn as a tree.

import { expect, test } from 'vitest';
import { type Branch, below, inBoth, inOrder } from './tree.ts';

const branch = (id: string, parent?: string): Branch => ({
  id,
  ...(parent ? { parent } : {}),
  name_zh: id,
  name_en: id,
  words: [],
  kinds: [],
  is_archived: false,
});
const all = [branch('b1', 'b'), branch('a'), branch('b'), branch('a1', 'a'), branch('b2', 'b'), branch('b11', 'b1')];

test('each branch stands right below what it hangs on', () => {
  const drawn = inOrder(all).map(({ it, depth }) => `${' '.repeat(depth)}${it.id}`);
  expect(drawn).toEqual(['a', ' a1', 'b', ' b1', '  b11', ' b2']);
});

test('a branch whose parent is not there stands at the top, and none is lost', () => {
  expect(inOrder([branch('x', 'gone'), ...all])).toHaveLength(all.length + 1);
});

test('what hangs on a branch is known however deep', () => {
  expect([...below(all, 'b')].sort()).toEqual(['b1', 'b11', 'b2']);
  expect(below(all, 'a1').size).toBe(0);
});

test('a name in one language stands for both', () => {
  expect(inBoth('', 'Delivery')).toEqual({ name_zh: 'Delivery', name_en: 'Delivery' });
  expect(inBoth('物流', ' ')).toEqual({ name_zh: '物流', name_en: '物流' });
});
