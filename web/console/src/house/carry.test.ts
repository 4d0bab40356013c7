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

test('a list has what both put in and lacks what either took out', () => {
  expect(carriedOver(['a', 'b', 'x'], ['a', 'x', 'mine'], ['b', 'x', 'theirs'])).toEqual(['x', 'mine', 'theirs']);
});

test('entries of a list are told apart by their names, and carried over field by field', () => {
  const from = { stages: [{ code: 'one', of: 'new', name: { en: 'One' } }] };
  const draft = {
    stages: [
      { code: 'two', of: 'new' },
      { code: 'one', of: 'new', name: { en: 'Mine' } },
    ],
  };
  const now = {
    stages: [
      { code: 'one', of: 'solved', name: { en: 'One' } },
      { code: 'three', of: 'new' },
    ],
  };
  expect(carriedOver<unknown>(from, draft, now)).toEqual({
    stages: [
      { code: 'two', of: 'new' },
      { code: 'one', of: 'solved', name: { en: 'Mine' } },
      { code: 'three', of: 'new' },
    ],
  });
});

test('what was typed into an entry stays though somebody else dropped it', () => {
  const entry = (name: string) => [{ key: 'a', name }];
  expect(carriedOver(entry('A'), entry('B'), [])).toEqual(entry('B'));
  expect(carriedOver([...entry('A'), { key: 'b', name: '' }], entry('A'), [])).toEqual([]);
});

test('two new entries that happen to have one name both stay, for a person to decide', () => {
  const [mine, theirs] = [
    { key: 'field_1', label: 'Mine' },
    { key: 'field_1', label: 'Theirs' },
  ];
  expect(carriedOver([], [mine], [theirs])).toEqual([theirs, mine]);
});

test('a list whose entries cannot be told apart is as it was typed', () => {
  const [from, draft, now] = [9, 10, 8].map((it) => [{ start: it }]);
  expect(carriedOver(from, draft, now)).toEqual(draft);
});
