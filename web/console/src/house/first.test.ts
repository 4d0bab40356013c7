// The first page says nothing whose words come later.

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { firstWords } from '../../tools/words.ts';

const SRC = join(import.meta.dirname, '..');

/** A file and all that it imports at once, from our own code. */
function withImports(file: string, known = new Set<string>()): Set<string> {
  if (known.has(file)) return known;
  known.add(file);
  const text = readFileSync(file, 'utf8');
  for (const [, path = ''] of text.matchAll(/^(?:import|export) (?!type)[^'"]*from '(\.[^']+\.tsx?)'/gm)) {
    withImports(join(dirname(file), path), known);
  }
  return known;
}

/** Said only when other pages, and so all words, are there: leaving what was typed there; what a figure means. */
const LATER = /^(platform:editor\.|(word:)?(definition|help)\.)/;

test('the words of the frame and the first page come with them, in both languages', () => {
  const files = [...withImports(join(SRC, 'main.tsx'))].filter((it) => it.startsWith(SRC) && !it.includes('/door'));
  expect(files.length).toBeGreaterThan(20);
  for (const language of ['zh-CN', 'en']) {
    const words = firstWords(language);
    const known = Object.entries(words).flatMap(([of, said]) => Object.keys(said).map((it) => `${of}:${it}`));
    const missing: string[] = [];
    for (const file of files) {
      const text = readFileSync(file, 'utf8');
      const spoken = [...new Set([...text.matchAll(/use(?:Translation|Words)\('(\w+)'\)/g)].map((it) => it[1] ?? ''))];
      for (const [, key = ''] of text.matchAll(/\bt\(\s*['`]([\w.:]+)/g)) {
        const full = key.includes(':') ? [key] : spoken.map((it) => `${it}:${key}`);
        if (full.some((it) => LATER.test(it) || known.some((one) => one.startsWith(it)))) continue;
        missing.push(`${file.slice(SRC.length + 1)}: ${key}`);
      }
    }
    expect(missing, language).toEqual([]);
  }
});
