// How the columns of a file become fields: the shape the server keeps, and what is still to be decided in it.

import type { Schemas } from '../../house/api.ts';

export type TargetField = Schemas['TargetField'];
export type Target = Schemas['Target'];

export const TARGETS: Target[] = ['customers', 'interactions', 'evaluations', 'case_events'];

/** How the file itself is read, where that is known better than it can be found out. */
export type FileSettings = {
  encoding?: string;
  delimiter?: string;
  sheet?: string;
  header?: { skip: number; rows: number };
};

/** Where the text of one field comes from, and how it is read. */
export type Source = {
  columns?: string[];
  constant?: string;
  /** What a text means; an empty meaning leaves the field empty. */
  values?: Record<string, string>;
  /** The meaning of every text that is not in `values`. */
  otherwise?: string;
  dates?: string[];
  duration?: string;
  decimal?: 'point' | 'comma';
};

export type Mapping = {
  target: Target;
  file?: FileSettings;
  zone?: string;
  fields: Record<string, Source>;
  unknown_staff?: 'refuse' | 'leave_empty';
  identical_rows?: 'once' | 'each';
  form?: string;
  opens_promises?: boolean;
};

/** What whoever imports should know or decide, as the server found it. */
export type Finding =
  | { code: 'missing'; field: string }
  | { code: 'dates_undecided'; field: string; formats: string[] }
  | { code: 'duration_undecided'; field: string; formats: string[] }
  | { code: 'unreadable'; field: string; column: string }
  | { code: 'some_unreadable'; field: string; column: string; unread: number; samples: number }
  | { code: 'zone_assumed'; field: string }
  | { code: 'meaning_unknown'; field: string; texts: string[] }
  | { code: 'encoding_unsure'; encoding: string }
  | { code: 'header_proposed'; skipped: number; rows: number }
  | { code: 'renamed'; column: number; was: string; now: string }
  | { code: 'unmapped'; columns: string[] };

/** What a look into the file found. */
export type Look = Omit<Schemas['LookBody'], 'encoding' | 'header' | 'proposal'> & {
  encoding?: { name: string; sure: boolean } | null;
  header: { skip: number; rows: number };
  proposal: { mapping: Mapping; findings: Finding[] };
};

export const DATE_FORMATS = [
  'year_first',
  'day_first',
  'month_first',
  'short_year_first',
  'chinese',
  'month_name',
  'compact',
  'excel_serial',
  'excel_serial1904',
  'unix_seconds',
  'unix_milliseconds',
];

export const DURATION_FORMATS = [
  'hours_minutes_seconds',
  'minutes_seconds',
  'hours_minutes',
  'words',
  'seconds',
  'minutes',
  'milliseconds',
];

/** Names as the server knows them. */
export const ENCODINGS = ['UTF-8', 'gb18030', 'Big5', 'UTF-16LE', 'UTF-16BE', 'windows-1252', 'Shift_JIS'];

export function withSource(mapping: Mapping, key: string, source: Source | undefined): Mapping {
  const { [key]: _, ...others } = mapping.fields;
  return { ...mapping, fields: source ? { ...others, [key]: source } : others };
}

/** A field that comes from nowhere is not mapped. */
export const comesFromNowhere = (source: Source) =>
  (source.columns ?? []).length === 0 && (source.constant ?? '') === '';

/** Fields that nobody has decided on yet and that cannot be brought without: why, by key. */
export function undecided(mapping: Mapping, fields: TargetField[]): Map<string, 'missing' | 'dates' | 'duration'> {
  const found = new Map<string, 'missing' | 'dates' | 'duration'>();
  for (const field of fields) {
    const source = mapping.fields[field.key];
    if (!source) {
      if (field.required && !field.key.startsWith('fields.')) found.set(field.key, 'missing');
    } else if (field.holds === 'moment' && (source.dates ?? []).length === 0) found.set(field.key, 'dates');
    else if (field.holds === 'seconds' && !source.duration) found.set(field.key, 'duration');
  }
  return found;
}

/** A mapping made for another file, for this one: what this file has no column for is left out. */
export function fitted(mapping: Mapping, columns: string[]): Mapping {
  const fields: Record<string, Source> = {};
  for (const [key, source] of Object.entries(mapping.fields)) {
    const kept = { ...source, columns: (source.columns ?? []).filter((it) => columns.includes(it)) };
    if (!comesFromNowhere(kept)) fields[key] = kept;
  }
  const { file: _, ...others } = mapping;
  return { ...others, fields };
}

/** Texts of a column whose meaning can be said: those somebody gave one, and those nobody knows. */
export function textsOf(key: string, source: Source | undefined, findings: Finding[]): string[] {
  const unknown = findings.flatMap((it) => (it.code === 'meaning_unknown' && it.field === key ? it.texts : []));
  return [...new Set([...Object.keys(source?.values ?? {}), ...unknown])];
}

/** How a file that we wrote ourselves is read. */
export const MENDED_FILE: FileSettings = { encoding: 'UTF-8', delimiter: ',', header: { skip: 0, rows: 1 } };

/** Rows as a CSV file (RFC 4180), every cell quoted. */
export function asCsv(rows: string[][]): string {
  return rows.map((cells) => cells.map((it) => `"${it.replaceAll('"', '""')}"`).join(',')).join('\r\n');
}

/** The mapping with the zone of times that name none; the company's own needs no word. */
export function withZone(mapping: Mapping, zone: string, own: string): Mapping {
  const { zone: _, ...others } = mapping;
  return zone === own ? others : { ...others, zone };
}
