import { beforeAll, expect, test, vi } from 'vitest';
import { addDays, dayOf, endOf, instantOf, keepZone, languageName, span, startOf, wallOf, when } from './format.ts';

beforeAll(() => {
  vi.stubGlobal('document', { documentElement: { lang: 'zh-CN' } });
});

test('a day is the company’s own, and begins at its own midnight', () => {
  keepZone('Asia/Shanghai');
  expect(dayOf(Date.parse('2026-11-21T16:00:00Z'))).toBe('2026-11-22');
  expect(startOf('2026-11-22')).toBe('2026-11-21T16:00:00.000Z');
  keepZone('America/New_York');
  expect(startOf('2026-07-01')).toBe('2026-07-01T04:00:00.000Z');
  expect(startOf('2026-12-01')).toBe('2026-12-01T05:00:00.000Z');
  keepZone('Asia/Shanghai');
});

test('a wall clock is read in the company’s zone, both ways', () => {
  expect(instantOf('2026-11-22T09:30')).toBe('2026-11-22T01:30:00.000Z');
  expect(wallOf(Date.parse('2026-11-22T01:30:00Z'))).toBe('2026-11-22T09:30');
  expect(wallOf(Date.parse('2026-11-22T16:05:00Z'))).toBe('2026-11-23T00:05');
  expect(endOf('2026-11-22')).toBe('2026-11-22T15:59:59.000Z');
});

test('days are added over the ends of months', () => {
  expect(addDays('2026-02-28', 1)).toBe('2026-03-01');
  expect(addDays('2026-01-01', -1)).toBe('2025-12-31');
});

test('a point in time is said as near as it is', () => {
  const now = Date.parse('2026-11-22T02:00:00Z');
  const said = (at: string) => when(Date.parse(at), now).key;
  expect(said('2026-11-22T15:59:00Z')).toBe('time.today');
  expect(said('2026-11-22T16:00:00Z')).toBe('time.tomorrow');
  expect(said('2026-11-21T15:00:00Z')).toBe('time.yesterday');
  expect(said('2026-11-30T00:00:00Z')).toBe('time.other');
});

test('a length of time is said in its two largest units', () => {
  expect(span(30_000)).toEqual({ key: 'span.moment', big: 0, small: 0 });
  expect(span(12 * 60_000 + 59_000)).toEqual({ key: 'span.minutes', big: 12, small: 0 });
  expect(span(-(2 * 3_600_000 + 5 * 60_000))).toEqual({ key: 'span.hours', big: 2, small: 5 });
  expect(span(49 * 3_600_000)).toEqual({ key: 'span.days', big: 2, small: 1 });
});

test('a language is called in the reader’s own', () => {
  expect(['zh-CN', 'zh-TW', 'en'].map(languageName)).toEqual(['简体中文', '繁体中文', '英语']);
  vi.stubGlobal('document', { documentElement: { lang: 'en' } });
  expect(['zh-CN', 'en', 'ja'].map(languageName)).toEqual(['Simplified Chinese', 'English', 'Japanese']);
  vi.stubGlobal('document', { documentElement: { lang: 'zh-CN' } });
});
