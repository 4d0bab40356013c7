// A calendar while it is changed, and what each day of a year is by it. The server decides what counts; this
// says the same for drawing a year.

import type { Schemas } from '../house/api.ts';
import { addDays } from '../house/format.ts';

export type Calendar = Schemas['Calendar'];
export type Weekday = Schemas['Weekday'];
export type Window = Schemas['Window'];
export type Override = Schemas['Override'];
type HolidayYear = Schemas['HolidayYear'];

export const DAYS: Weekday[] = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

/** Days one after the other with the same hours, as one. */
export function runsOf(week: Calendar['week']): { first: Weekday; last: Weekday; windows: Window[] }[] {
  const runs: { first: Weekday; last: Weekday; windows: Window[] }[] = [];
  for (const day of DAYS) {
    const windows = week[day] ?? [];
    const before = runs.at(-1);
    if (before && JSON.stringify(before.windows) === JSON.stringify(windows)) before.last = day;
    else runs.push({ first: day, last: day, windows });
  }
  return runs;
}

/** The weekday of a date such as `2026-11-22`. */
export function weekdayOf(day: string): Weekday {
  const sundayFirst = new Date(`${day}T00:00:00Z`).getUTCDay();
  return DAYS[(sundayFirst + 6) % 7] ?? 'monday';
}

/** Why a day is as it is. */
export type DayKind = 'work' | 'rest' | 'holiday' | 'make_up' | 'own_off' | 'own_work';
export type Day = { day: string; kind: DayKind; why?: string };

/** Every day of a notice: off or worked, and for which holiday. */
export function noticeDays(years: HolidayYear[]): Map<string, { open: boolean; name: string }> {
  const days = new Map<string, { open: boolean; name: string }>();
  for (const { holidays } of years) {
    for (const { name, off, work } of holidays) {
      for (const [first = '', last = first] of off) {
        for (let day = first; day !== '' && day <= last; day = addDays(day, 1)) days.set(day, { open: false, name });
      }
      for (const day of work ?? []) days.set(day, { open: true, name });
    }
  }
  return days;
}

/** What this day is: the company's own days before the country's, and those before the week. */
export function dayKind(calendar: Calendar, notice: Map<string, { open: boolean; name: string }>, day: string): Day {
  const own = calendar.overrides?.[day];
  if (own) {
    const note = 'off' in own ? own.off.note : 'work_as' in own ? own.work_as.note : own.work.note;
    return { day, kind: 'off' in own ? 'own_off' : 'own_work', ...(note ? { why: note } : {}) };
  }
  const open = (calendar.week[weekdayOf(day)] ?? []).length > 0;
  const national = calendar.national ? notice.get(day) : undefined;
  if (!national) return { day, kind: open ? 'work' : 'rest' };
  if (!national.open) return { day, kind: 'holiday', why: national.name };
  const unchanged = calendar.make_up === 'unchanged';
  return { day, kind: unchanged ? (open ? 'work' : 'rest') : 'make_up', why: national.name };
}

/** The twelve months of a year, each with how many cells are empty before its first day (Monday first). */
export function monthsOf(year: number): { month: number; before: number; days: string[] }[] {
  return Array.from({ length: 12 }, (_, index) => {
    const first = `${year}-${`${index + 1}`.padStart(2, '0')}-01`;
    const days: string[] = [];
    for (let day = first; day.slice(0, 7) === first.slice(0, 7); day = addDays(day, 1)) days.push(day);
    return { month: index + 1, before: DAYS.indexOf(weekdayOf(first)), days };
  });
}

export const withWindows = (calendar: Calendar, day: Weekday, windows: Window[]): Calendar => ({
  ...calendar,
  week: { ...calendar.week, [day]: windows },
});

/** One more stretch of the day, after the last one where the day has room. */
export function nextWindow(windows: Window[]): Window {
  const last = windows.at(-1);
  if (!last) return { start: '09:00', end: '18:00' };
  const hour = Math.min(22, Number(last.end.slice(0, 2)) + 1);
  const two = (it: number) => `${it}`.padStart(2, '0');
  return { start: `${two(hour)}:00`, end: `${two(hour + 1)}:00` };
}

export function withOverride(calendar: Calendar, day: string, to: Override | undefined): Calendar {
  const { [day]: _, ...others } = calendar.overrides ?? {};
  return { ...calendar, overrides: to ? { ...others, [day]: to } : others };
}
