// What the server writes into its lists of jobs and of audit has a word in both languages, read from its own source.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { factsOf, nameOf, readable } from './auditDetail.ts';

const CRATES = join(import.meta.dirname, '../../../../crates');
const sources = ['app', 'server', 'domain']
  .flatMap((crate) => {
    const folder = join(CRATES, crate, 'src');
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((it) => join(folder, it));
  })
  .filter((it) => it.endsWith('.rs'))
  .map((path) => ({ path, text: readFileSync(path, 'utf8') }));
const source = (end: string) => sources.find((it) => it.path.endsWith(end))?.text ?? '';

const all = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map((it) => it[1] ?? '');
const snake = (name: string) => name.replace(/(?<=[a-z])[A-Z]/g, (it) => `_${it}`).toLowerCase();
/** From `from` to the bracket that closes the first one after it. */
function block(text: string, from: number, [open, close]: string): string {
  let depth = 0;
  for (let at = text.indexOf(open ?? '', from); at >= 0 && at < text.length; at += 1) {
    if (text[at] === open) depth += 1;
    if (text[at] === close) depth -= 1;
    if (depth === 0) return text.slice(from, at + 1);
  }
  return '';
}
/** The members of an enum or the public fields of a struct, by the indent they stand at. */
const members = (text: string, head: string) => {
  const at = text.indexOf(head);
  return at < 0 ? [] : all(block(text, at, '{}'), /^ {4,8}(?:pub )?(\w+)(?:: | \{|,| =)/gm);
};

const tables = ['zh-CN', 'en'].map((language) => ({
  language,
  words: JSON.parse(readFileSync(join(import.meta.dirname, `${language}.json`), 'utf8')) as Record<string, string>,
}));
function expectWords(prefix: string, keys: string[]) {
  for (const { language, words } of tables) {
    const missing = [...new Set(keys)].filter((it) => !words[`${prefix}${it}`]);
    expect(missing, `${language} has no words for ${prefix}…`).toEqual([]);
  }
}

/** Each place that writes an entry: the statement itself and, as its parts are named before it, the function up to it. */
const notes = sources.flatMap(({ text }) =>
  [...text.matchAll(/audit::note\(/g)].map((found) => {
    const call = block(text, found.index, '()');
    const before = text.slice(text.lastIndexOf('\n}\n', found.index), found.index);
    return { call, before };
  }),
);
const variable = (before: string, name: string) => {
  const at = before.lastIndexOf(`let ${name} =`);
  return at < 0 ? '' : before.slice(at, before.indexOf(';', at));
};

describe('the words of jobs and of the audit', () => {
  test('name every job and every timer of the queue', () => {
    const queue = source('app/src/platform/queue.rs');
    const kinds = ['pub enum Timer', 'pub enum Job']
      .flatMap((it) => members(queue, it))
      .filter((it) => /^[A-Z]/.test(it));
    expect(kinds).toContain('SendMessage');
    expect(kinds).toContain('CaseWait');
    expectWords('job.kind.', kinds.map(snake));
  });

  test('name every deed and what it is done to', () => {
    expect(notes.length).toBeGreaterThan(40);
    const actions = notes.flatMap(({ call, before }) => {
      const own = /audit::note\(\s*[\w&. ]+,\s*[\w&. ]+,\s*"(\w+)"/.exec(call)?.[1];
      return own ? [own] : all(variable(before, 'action'), /(?:=>|\{)\s*"(\w+)"/g);
    });
    const things = notes.flatMap(({ call, before }) => all(`${call} ${variable(before, 'thing')}`, /\("(\w+)",/g));
    expect(new Set(actions)).toContain('second_factor_reset');
    expect(new Set(things)).toContain('webhook_delivery');
    expectWords('audit.action.', actions);
    expectWords('audit.thing.', things);
  });

  test('name every field of a detail', () => {
    const keys = notes.flatMap(({ call, before }) => {
      const told = ['detail', 'changed', 'part'].map((it) => variable(before, it)).join(' ');
      return all(`${call} ${told}`, /"(\w+)":/g);
    });
    const changed = ['platform/staff.rs', 'customer/put_customer.rs'].flatMap((it) => {
      const text = source(`app/src/${it}`);
      return all(block(text, text.indexOf('fn changes('), '{}'), /, "(\w+)"\)/g);
    });
    expect(keys).toContain('in_force');
    expect(changed).toContain('external_id');
    expect(changed).toContain('login');
    const own = [...keys, ...changed].filter((it) => !['before', 'after'].includes(it));
    expectWords('audit.field.', own);
  });

  test('name every setting and what is set in it', () => {
    const found = sources.flatMap(({ text }) => {
      const [, name] = /impl Setting for (\w+)/.exec(text) ?? [];
      const [, key] = /const KEY: &'static str = "(\w+)"/.exec(text) ?? [];
      return name && key ? [key, ...members(text, `pub struct ${name}`).map((it) => `${key}.${it}`)] : [];
    });
    expect(found).toContain('invitations.delay_minutes');
    const forms = members(source('app/src/collect/rules.rs'), 'pub struct Forms').map(
      (it) => `invitations.forms.${it}`,
    );
    expect(forms.length).toBeGreaterThan(3);
    expectWords('audit.set.', [...found, ...forms]);
  });

  test('name every event of a webhook and every state of an invitation', () => {
    const hooks = source('app/src/platform/webhook.rs');
    const at = hooks.indexOf('&[', hooks.indexOf('pub const EVENTS') + 30);
    expectWords('hook.event.', all(block(hooks, at, '[]'), /"([\w.]+)"/g));
    const invitation = source('domain/src/collect/invitation.rs');
    const states = all(block(invitation, invitation.indexOf('pub enum State'), '{}'), /= "(\w+)"/g);
    expect(states).toContain('suppressed');
    expectWords('audit.invitation.', states);
  });
});

describe('the detail of an entry', () => {
  test('tells only what differs, with its path', () => {
    const before = { on: true, forms: { first: 'a', vip: 'b' } };
    const after = { on: true, forms: { first: 'a', vip: 'c' } };
    expect(factsOf('setting', { key: 'invitations', before, after })).toEqual([
      { field: 'setting', after: 'invitations' },
      { field: 'forms.vip', group: 'invitations', before: 'b', after: 'c' },
    ]);
  });

  test('is empty where nothing is told', () => {
    expect(factsOf('customer', { changed: [] })).toEqual([]);
    expect(factsOf('session', null)).toEqual([]);
  });

  test('calls things by their names, and codes without words readably', () => {
    expect(nameOf({ code: 'b2b', name: { 'zh-CN': '企业', en: 'Business' } }, 'en')).toBe('Business');
    expect(nameOf({ name_zh: '等待', name_en: 'Waiting' }, 'zh-CN')).toBe('等待');
    expect(readable('case_clock')).toBe('case clock');
  });
});
