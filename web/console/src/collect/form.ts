// A form while it is made: the kinds of question, how they are made and moved, and when one is asked.

import type { Schemas } from '../house/api.ts';
import { language } from '../house/i18n.ts';

export type Form = Schemas['FormBody'];
export type Content = Schemas['FormContent'];
export type Question = Schemas['Question'];
export type Type = Question['type'];
export type Text = Schemas['Localized'];
export type Condition = Schemas['FormCondition'];

/** Kinds of question as they lie in the palette. */
export const PALETTE = {
  rate: ['csat', 'nps', 'ces', 'matrix'],
  choose: ['single', 'multiple'],
  write: ['text', 'number', 'date', 'contact', 'consent'],
} as const satisfies Record<string, readonly Type[]>;

/** A text of the form in the reader's language, or in the form's first. */
export const say = (words: Text | undefined): string =>
  words?.[language()] || words?.['zh-CN'] || Object.values(words ?? {}).find((it) => it) || '';

/** A key that is not taken: of what it is, and a number. */
export function freeKey(word: string, taken: { key: string }[]): string {
  let at = taken.length + 1;
  while (taken.some((it) => it.key === `${word}_${at}`)) at += 1;
  return `${word}_${at}`;
}

/** A new question of this kind, still without words. */
export function make(type: Type, taken: { key: string }[]): Question {
  const base = { key: freeKey(type, taken), text: {} };
  const two = (word: string) => [1, 2].map((at) => ({ key: `${word}_${at}`, text: {} }));
  switch (type) {
    case 'single':
    case 'multiple':
      return { ...base, type, options: two('option') };
    case 'matrix':
      return { ...base, type, rows: two('row') };
    case 'csat':
      return { ...base, type, look: 'stars' };
    default:
      return { ...base, type };
  }
}

/** The list with the thing at `from` put into the gap before what is at `gap` now; `gap` may be the length. */
export function moved<T>(list: T[], from: number, gap: number): T[] {
  const rest = [...list];
  const [one] = rest.splice(from, 1);
  if (one !== undefined) rest.splice(gap > from ? gap - 1 : gap, 0, one);
  return rest;
}

/** The bounds of the points of a question, its own or those of its rows. */
export function points(question: Question): [number, number] | undefined {
  switch (question.type) {
    case 'csat':
    case 'matrix':
      return [1, 5];
    case 'nps':
      return [0, 10];
    case 'ces':
      return [1, 7];
    default:
      return undefined;
  }
}

/** One comparison with one earlier question. */
export type Claim = Exclude<Condition, { all: unknown } | { any: unknown } | { not: unknown }>;
export type Claims = { join: 'all' | 'any'; claims: Claim[] };

const isClaim = (it: Condition): it is Claim => !('all' in it || 'any' in it || 'not' in it);

/** A condition as a list of comparisons; `undefined` for one that is more than a list. */
export function claimsOf(it: Condition | null | undefined): Claims | undefined {
  if (!it) return { join: 'all', claims: [] };
  if (isClaim(it)) return { join: 'all', claims: [it] };
  if ('not' in it) return undefined;
  const [join, parts] = 'all' in it ? (['all', it.all] as const) : (['any', it.any] as const);
  return parts.every(isClaim) ? { join, claims: parts } : undefined;
}

/** The smallest condition that says the same. */
export function conditionOf({ join, claims }: Claims): Condition | null {
  const [first, ...more] = claims;
  if (!first) return null;
  if (more.length === 0) return first;
  return join === 'all' ? { all: claims } : { any: claims };
}

/** The key of the question a comparison asks about. */
export function about(claim: Claim): string {
  if ('answered' in claim) return claim.answered;
  return 'value' in claim ? claim.value.question : claim.chosen.question;
}

/** How a comparison compares, as a word of the designer. */
export type How = 'at_most' | 'at_least' | 'between' | 'chosen' | 'agreed' | 'refused' | 'answered';

export function howOf(claim: Claim, question: Question | undefined): How {
  if ('answered' in claim) return 'answered';
  if ('chosen' in claim) return 'chosen';
  const { at_least, at_most } = claim.value;
  if (question?.type === 'consent') return (at_least ?? 0) > 0 ? 'agreed' : 'refused';
  if (typeof at_least === 'number' && typeof at_most === 'number') return 'between';
  return typeof at_least === 'number' ? 'at_least' : 'at_most';
}

/** What can be asked about the answer to this question. */
export function howsFor(question: Question): How[] {
  if (points(question) || question.type === 'number') return ['at_most', 'at_least', 'between', 'answered'];
  if (question.type === 'single' || question.type === 'multiple') return ['chosen', 'answered'];
  return question.type === 'consent' ? ['agreed', 'refused'] : ['answered'];
}

/** A comparison of this kind to begin with: a low score, the first option. */
export function claim(question: Question, how: How, row?: string | null): Claim {
  const [low, high] = points(question) ?? [0, 10];
  const rows = question.type === 'matrix' ? question.rows : [];
  const of = { question: question.key, ...(rows.length > 0 ? { row: row ?? rows[0]?.key ?? null } : {}) };
  const poor = question.type === 'nps' ? 6 : Math.min(low + 1, high);
  switch (how) {
    case 'at_most':
      return { value: { ...of, at_most: poor } };
    case 'at_least':
      return { value: { ...of, at_least: Math.max(high - 1, low) } };
    case 'between':
      return { value: { ...of, at_least: poor + 1, at_most: Math.max(high - 1, poor + 1) } };
    case 'chosen': {
      const options = question.type === 'single' || question.type === 'multiple' ? question.options : [];
      return { chosen: { question: question.key, any_of: options.slice(0, 1).map((it) => it.key) } };
    }
    case 'agreed':
      return { value: { ...of, at_least: 1 } };
    case 'refused':
      return { value: { ...of, at_most: 0 } };
    case 'answered':
      return { answered: question.key };
  }
}
