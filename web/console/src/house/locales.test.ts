// Every word that is said exists in both languages, and none lies about that nobody says.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { serverWords } from '../../tools/words.ts';

const SRC = join(import.meta.dirname, '..');
const LANGUAGES = ['zh-CN', 'en'] as const;
/** One form of a word for one, another for many: of the same key. */
const PLURAL = /_(one|other)$/;

const all = readdirSync(SRC, { recursive: true, encoding: 'utf8' });
const stations = readdirSync(SRC, { withFileTypes: true })
  .filter((it) => it.isDirectory())
  .map((it) => it.name)
  .filter((it) => all.includes(join(it, 'zh-CN.json')));

function words(language: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const station of stations) {
    const file: Record<string, string> = JSON.parse(readFileSync(join(SRC, station, `${language}.json`), 'utf8'));
    for (const [key, text] of Object.entries(file)) found.set(`${station}:${key}`, text);
  }
  for (const [key, text] of Object.entries(serverWords(language))) found.set(`word:${key}`, text);
  return found;
}

const code = all
  .filter((it) => /\.tsx?$/.test(it) && !it.endsWith('.test.ts'))
  .map((path) => ({ path, text: readFileSync(join(SRC, path), 'utf8') }));

/** What the code says: whole keys, and the beginnings of those put together as it runs. */
const literals = new Set(
  code.flatMap(({ text }) => [...text.matchAll(/['"`]([\w.:]+)['"`]/g)].map((it) => it[1] ?? '')),
);
const beginnings = [
  ...new Set(code.flatMap(({ text }) => [...text.matchAll(/\bt\(\s*`([^`$]+)\$\{/g)].map((it) => it[1] ?? ''))),
];

const [chinese, english] = LANGUAGES.map(words) as [Map<string, string>, Map<string, string>];
const base = (key: string) => key.replace(PLURAL, '');
const names = (text: string) => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map((it) => it[1]))].sort();

describe('words', () => {
  test('are the same things in both languages, with the same names to fill', () => {
    const bases = (of: Map<string, string>) => [...new Set([...of.keys()].map(base))].sort();
    expect(bases(chinese)).toEqual(bases(english));
    for (const [key, text] of english) {
      const other = chinese.get(key) ?? chinese.get(base(key)) ?? chinese.get(`${base(key)}_other`) ?? '';
      expect(names(other), key).toEqual(names(text));
      expect(text.trim(), key).not.toBe('');
    }
  });

  test('that the code says exist', () => {
    const known = new Set([...chinese.keys()].map(base));
    const missing: string[] = [];
    for (const { path, text } of code) {
      const spoken = [...new Set([...text.matchAll(/use(?:Translation|Words)\('(\w+)'\)/g)].map((it) => it[1] ?? ''))];
      for (const [, key = ''] of text.matchAll(/\bt\(\s*'([\w.:]+)'/g)) {
        const full = key.includes(':') ? [key] : spoken.map((it) => `${it}:${key}`);
        if (!full.some((it) => known.has(it))) missing.push(`${path}: ${key}`);
      }
      for (const [, key = ''] of text.matchAll(/\bt\(\s*`([^`$]+)\$\{/g)) {
        const full = key.includes(':') ? [key] : spoken.map((it) => `${it}:${key}`);
        if (![...known].some((it) => full.some((one) => it.startsWith(one)))) missing.push(`${path}: ${key}…`);
      }
    }
    expect(missing).toEqual([]);
  });

  test('of our own are all said somewhere', () => {
    const unsaid = [...chinese.keys(), ...english.keys()]
      .filter((it) => !it.startsWith('word:'))
      .map((it) => base(it).replace(/_whole$/, ''))
      .filter((it) => {
        const bare = it.slice(it.indexOf(':') + 1);
        const begun = beginnings.some((one) => bare.startsWith(one) || it.startsWith(one));
        return !literals.has(it) && !literals.has(bare) && !begun;
      });
    expect([...new Set(unsaid)]).toEqual([]);
  });

  test('in Chinese are punctuated as Chinese is, with air around Latin and digits', () => {
    const wrong = [...chinese]
      .filter(([key]) => !key.startsWith('word:'))
      .filter(([, text]) => /[一-鿿][,;!?]|[一-鿿][A-Za-z0-9]|[A-Za-z0-9][一-鿿]/.test(text.replace(/\{\w+\}/g, '')));
    expect(wrong).toEqual([]);
  });
});
