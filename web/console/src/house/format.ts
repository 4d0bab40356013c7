// Times and numbers as people here write them, in the company's own time zone.

import { language } from './i18n.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

let zone = 'Asia/Shanghai';

/** The company's zone: a deadline reads alike wherever it is read. */
export function keepZone(of: string) {
  zone = of;
}

const made = new Map<string, Intl.DateTimeFormat>();

function formatter(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language()} ${zone} ${JSON.stringify(options)}`;
  const found = made.get(key) ?? new Intl.DateTimeFormat(language(), { ...options, timeZone: zone });
  made.set(key, found);
  return found;
}

/** The company's date of a moment, as `2026-11-22`. */
export function dayOf(at: number): string {
  const format = made.get(`day ${zone}`) ?? new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' });
  made.set(`day ${zone}`, format);
  return format.format(at);
}

/** The day so many days later; of `2026-02-28` and 1, `2026-03-01`. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** The moment of a wall clock in the company's zone, `2026-11-22T09:30`, as RFC 3339. */
export function instantOf(wall: string): string {
  const guess = Date.parse(`${wall}:00Z`);
  const parts = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts(guess);
  const name = parts.find((it) => it.type === 'timeZoneName')?.value ?? 'GMT';
  const [, sign = '+', hours = '0', minutes = '0'] = /GMT([+-])(\d+):?(\d+)?/.exec(name) ?? [];
  const offset_ms = (Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS) * (sign === '-' ? -1 : 1);
  return new Date(guess - offset_ms).toISOString();
}

/** The moment at which this day begins in the company's zone, as RFC 3339. */
export const startOf = (day: string) => instantOf(`${day}T00:00`);

/** The last second of this day in the company's zone, as RFC 3339. */
export const endOf = (day: string) => new Date(Date.parse(startOf(addDays(day, 1))) - 1000).toISOString();

/** What a clock on the company's wall shows, `2026-11-22T09:30`. */
export function wallOf(at: number): string {
  const options = { timeZone: zone, dateStyle: 'short', timeStyle: 'short', hourCycle: 'h23' } as const;
  return new Intl.DateTimeFormat('sv-SE', options).format(at).replace(' ', 'T');
}

export const clockTime = (at: number) => formatter(TIME).format(at);

/** `11月24日`, with the year when it is another one. */
export function date(at: number, now: number): string {
  const same = dayOf(at).slice(0, 4) === dayOf(now).slice(0, 4);
  return formatter(
    same ? { month: 'short', day: 'numeric' } : { year: 'numeric', month: 'short', day: 'numeric' },
  ).format(at);
}

const TIME = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
/** In English the month is a word: 11/12 is two different days. */
const FULL = {
  'zh-CN': { year: 'numeric', month: '2-digit', day: '2-digit', ...TIME },
  en: { year: 'numeric', month: 'short', day: 'numeric', ...TIME },
} as const;

/** Date and time in full. */
export function moment(at: string | number): string {
  return formatter(FULL[language()]).format(typeof at === 'string' ? Date.parse(at) : at);
}

/** The words of a point in time relative to now, as keys for the translator. */
export type When = {
  key: 'time.today' | 'time.yesterday' | 'time.tomorrow' | 'time.other';
  time: string;
  date: string;
};

export function when(at: number, now: number): When {
  const [day, today] = [dayOf(at), dayOf(now)];
  const time = clockTime(at);
  const said = date(at, now);
  if (day === today) return { key: 'time.today', time, date: said };
  if (day === addDays(today, -1)) return { key: 'time.yesterday', time, date: said };
  if (day === addDays(today, 1)) return { key: 'time.tomorrow', time, date: said };
  return { key: 'time.other', time, date: said };
}

/** A length of time in its two largest units, as keys for the translator. */
export type Span = { key: 'span.days' | 'span.hours' | 'span.minutes' | 'span.moment'; big: number; small: number };

export function span(ms: number): Span {
  const whole = Math.abs(ms);
  if (whole >= DAY_MS) {
    return { key: 'span.days', big: Math.floor(whole / DAY_MS), small: Math.floor((whole % DAY_MS) / HOUR_MS) };
  }
  if (whole >= HOUR_MS) {
    return { key: 'span.hours', big: Math.floor(whole / HOUR_MS), small: Math.floor((whole % HOUR_MS) / MINUTE_MS) };
  }
  if (whole >= MINUTE_MS) return { key: 'span.minutes', big: Math.floor(whole / MINUTE_MS), small: 0 };
  return { key: 'span.moment', big: 0, small: 0 };
}

export const count = (value: number) => new Intl.NumberFormat(language()).format(value);

export const decimal = (value: number, digits: number) =>
  new Intl.NumberFormat(language(), { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);

export const percent = (share: number, digits = 1) =>
  new Intl.NumberFormat(language(), {
    style: 'percent',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(share);

/** What a language is called in the reader's own, by its tag. */
export function languageName(tag: string): string {
  // Of Chinese the script is what matters here, not the country.
  const known = { 'zh-CN': 'zh-Hans', 'zh-TW': 'zh-Hant' }[tag] ?? tag;
  return new Intl.DisplayNames(language(), { type: 'language' }).of(known) ?? tag;
}
