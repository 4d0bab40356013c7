// What is left to decide before a file can be brought in.

import { describe, expect, test } from 'vitest';
import {
  asCsv,
  type Finding,
  fitted,
  type Mapping,
  type TargetField,
  textsOf,
  undecided,
  withSource,
  withZone,
} from './mapping.ts';

const field = (key: string, holds: TargetField['holds'], required = false): TargetField => ({
  key,
  holds,
  required,
  codes: [],
});

const FIELDS = [field('submitted', 'moment', true), field('csat', 'points'), field('wait', 'seconds')];
const mapping = (fields: Mapping['fields']): Mapping => ({ target: 'evaluations', fields });

describe('a mapping', () => {
  test('is undecided while a required field, a format of dates or of durations is missing', () => {
    expect([...undecided(mapping({}), FIELDS)]).toEqual([['submitted', 'missing']]);
    const open = mapping({ submitted: { columns: ['时间'] }, wait: { columns: ['等待'] } });
    expect([...undecided(open, FIELDS)]).toEqual([
      ['submitted', 'dates'],
      ['wait', 'duration'],
    ]);
    const decided = mapping({
      submitted: { columns: ['时间'], dates: ['year_first'] },
      wait: { columns: ['等待'], duration: 'seconds' },
    });
    expect(undecided(decided, FIELDS).size).toBe(0);
  });

  test('of another file keeps what this file has columns for, and its constants', () => {
    const old: Mapping = {
      ...mapping({
        submitted: { columns: ['日期', '时间'], dates: ['year_first'] },
        csat: { columns: ['评分'], values: { 好: '5' } },
        channel: { constant: 'phone' },
      }),
      file: { encoding: 'gb18030' },
    };
    expect(fitted(old, ['日期', '内容'])).toEqual({
      target: 'evaluations',
      fields: { submitted: { columns: ['日期'], dates: ['year_first'] }, channel: { constant: 'phone', columns: [] } },
    });
  });

  test('loses a field that is taken out and keeps the others', () => {
    const both = mapping({ csat: { columns: ['评分'] }, wait: { columns: ['等待'] } });
    expect(Object.keys(withSource(both, 'csat', undefined).fields)).toEqual(['wait']);
    expect(withSource(both, 'csat', { constant: '5' }).fields.csat).toEqual({ constant: '5' });
  });

  test('names every text that has or lacks a meaning once', () => {
    const findings: Finding[] = [
      { code: 'meaning_unknown', field: 'csat', texts: ['凑合', '好'] },
      { code: 'meaning_unknown', field: 'kind', texts: ['其他'] },
    ];
    expect(textsOf('csat', { values: { 好: '5' } }, findings)).toEqual(['好', '凑合']);
  });
});

test('rows that were mended are a file whose every cell is quoted', () => {
  expect(
    asCsv([
      ['姓名', '备注'],
      ['李雷', '说“急”, "今天"\n要'],
    ]),
  ).toBe('"姓名","备注"\r\n"李雷","说“急”, ""今天""\n要"');
});

test('the company’s own zone needs no word', () => {
  const abroad = withZone(mapping({}), 'Europe/Paris', 'Asia/Shanghai');
  expect(abroad.zone).toBe('Europe/Paris');
  expect('zone' in withZone(abroad, 'Asia/Shanghai', 'Asia/Shanghai')).toBe(false);
});
