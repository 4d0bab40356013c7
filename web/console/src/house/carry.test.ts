import { expect, test } from 'vitest';
import { carriedOver } from './carry.ts';

test('what was typed is laid over how somebody else left it', () => {
  const from = { name: 'A', words: ['x'], note: '' };
  const draft = { name: 'B', words: ['x'], note: '' };
  const now = { name: 'A', words: ['x', 'y'], note: 'theirs' };
  expect(carriedOver(from, draft, now)).toEqual({ name: 'B', words: ['x', 'y'], note: 'theirs' });
});

test('a field that both changed is as it was typed', () => {
  expect(carriedOver({ name: 'A' }, { name: 'B' }, { name: 'C' })).toEqual({ name: 'B' });
});

test('the mark of the state is the newest, for nobody types it', () => {
  expect(carriedOver({ name: 'A', etag: '1' }, { name: 'B', etag: '1' }, { name: 'A', etag: '2' })).toEqual({
    name: 'B',
    etag: '2',
  });
});

test('a list is as it is now', () => {
  expect(carriedOver(['a'], ['a', 'b'], ['c'])).toEqual(['c']);
});
