// What the days of a year are by a calendar, as the picture of it says.

import { describe, expect, test } from 'vitest';
import {
  type Calendar,
  DAYS,
  dayKind,
  monthsOf,
  nextWindow,
  noticeDays,
  runsOf,
  weekdayOf,
  withOverride,
} from './calendarDraft.ts';

const nine = [{ start: '09:00', end: '18:00' }];
const office: Calendar = {
  zone: 'Asia/Shanghai',
  national: true,
  make_up: { weekday: { weekday: 'monday' } } as unknown as NonNullable<Calendar['make_up']>,
  overrides: {},
  week: { monday: nine, tuesday: nine, wednesday: nine, thursday: nine, friday: nine, saturday: [], sunday: [] },
};
// The State Council's notice for the spring festival of 2026.
const notice = noticeDays([
  { year: 2026, holidays: [{ name: '春节', off: [['2026-02-15', '2026-02-23']], work: ['2026-02-14', '2026-02-28'] }] },
]);
const kind = (calendar: Calendar, day: string) => dayKind(calendar, notice, day).kind;

describe('a year of a calendar', () => {
  test('days with the same hours one after the other are said as one', () => {
    const hours = [{ start: '09:00', end: '18:00' }];
    const days = DAYS.slice(0, 5).map((it) => [it, hours]);
    expect(runsOf(Object.fromEntries(days))).toEqual([
      { first: 'monday', last: 'friday', windows: hours },
      { first: 'saturday', last: 'sunday', windows: [] },
    ]);
  });

  test('knows holidays, make-up days, working days and weekends', () => {
    expect(kind(office, '2026-02-13')).toBe('work');
    expect(kind(office, '2026-02-14')).toBe('make_up');
    expect(kind(office, '2026-02-15')).toBe('holiday');
    expect(kind(office, '2026-02-23')).toBe('holiday');
    expect(kind(office, '2026-02-24')).toBe('work');
    expect(kind(office, '2026-03-01')).toBe('rest');
    expect(dayKind(office, notice, '2026-02-15').why).toBe('春节');
  });

  test('heeds the country only where it is told to, and a make-up day that stays what it is', () => {
    expect(kind({ ...office, national: false }, '2026-02-15')).toBe('rest');
    expect(kind({ ...office, national: false }, '2026-02-16')).toBe('work');
    expect(kind({ ...office, make_up: 'unchanged' }, '2026-02-14')).toBe('rest');
  });

  test('puts the company’s own days above everything, and takes them away again', () => {
    const open = withOverride(office, '2026-02-16', { work: { windows: nine, note: '值班' } });
    expect(dayKind(open, notice, '2026-02-16')).toEqual({ day: '2026-02-16', kind: 'own_work', why: '值班' });
    expect(kind(withOverride(open, '2026-02-16', undefined), '2026-02-16')).toBe('holiday');
    expect(kind(withOverride(office, '2026-02-13', { off: {} }), '2026-02-13')).toBe('own_off');
  });

  test('begins its months on the right weekday', () => {
    const months = monthsOf(2028);
    expect(months.map((it) => it.days.length).join()).toBe('31,29,31,30,31,30,31,31,30,31,30,31');
    expect(months[0]?.before).toBe(5);
    expect(weekdayOf('2028-01-01')).toBe('saturday');
    expect(months.flatMap((it) => it.days)).toHaveLength(366);
  });

  test('offers a stretch after the last one', () => {
    expect(nextWindow([])).toEqual({ start: '09:00', end: '18:00' });
    expect(nextWindow([{ start: '09:00', end: '12:00' }])).toEqual({ start: '13:00', end: '14:00' });
    expect(nextWindow([{ start: '20:00', end: '23:00' }])).toEqual({ start: '22:00', end: '23:00' });
  });
});
