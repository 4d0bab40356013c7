// The words that the server says too (states, kinds, promises, figures) are read from its own files, so
// that a thing is called alike in a mail, in a ledger's file and on the screen.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

/** The folder of the server's words. */
const LOCALES = join(import.meta.dirname, '../../../crates/app/locales');

/** Kinds of words the console shows; sentences of errors and messages come from the server as they are needed. */
const PREFIXES = [
  'because',
  'case_state',
  'cause',
  'channel',
  'clock_state',
  'condition',
  'definition',
  'dimension',
  'figure',
  'help',
  'kind',
  'ledger',
  'metric',
  'notice',
  'pause_reason',
  'priority',
  'promise',
  'purpose',
  'role',
  'round',
  'step',
];

/** The words of one language, by key. */
export function serverWords(language: string): Record<string, string> {
  const folder = join(LOCALES, language);
  const words: Record<string, string> = {};
  for (const file of readdirSync(folder).sort()) {
    const all: Record<string, string> = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    for (const [key, text] of Object.entries(all)) {
      if (PREFIXES.includes(key.slice(0, key.indexOf('.')))) words[key] = text;
    }
  }
  return words;
}

/** Where the stations are, each with a file a language. */
const STATIONS = join(import.meta.dirname, '../src');

/** Words of one language, by station; `word` are the server's. */
type Words = Record<string, Record<string, string>>;

/** Everything the console says in one language. */
function everything(language: string, watch: (file: string) => void): Words {
  const folders = readdirSync(STATIONS, { withFileTypes: true }).filter((it) => it.isDirectory());
  const files = folders.map((it) => [it.name, join(STATIONS, it.name, `${language}.json`)] as const);
  // In the server's English sentences a word stands in the middle; here it stands by itself.
  const capital = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1);
  const said = Object.entries(serverWords(language)).map(([key, text]) => [key, capital(text)]);
  const words: Words = { word: Object.fromEntries(said) };
  for (const [station, file] of files.filter(([, file]) => existsSync(file))) {
    watch(file);
    words[station] = JSON.parse(readFileSync(file, 'utf8'));
  }
  return words;
}

/** What the frame and the first page say; a test compares it with their code. */
const FIRST: Record<string, RegExp> = {
  house: /./,
  analysis: /^(none|of)$|^change\./,
  handle: /^(work|first|verb|done)\.|^(said_nothing|score|changed_meanwhile)$/,
  word: /^(case_state|kind|priority|promise|metric|notice)\./,
};
/** What the door says. */
const DOOR: Record<string, RegExp> = { house: /^(brand|trouble\..*)$/, platform: /^sign_in\./ };

/** Those that `pattern` names, or all others. */
function chosen(words: Words, pattern: Record<string, RegExp>, named: boolean): Words {
  const stations = Object.entries(words).map(([station, said]) => {
    const own = Object.entries(said).filter(([key]) => (pattern[station]?.test(key) ?? false) === named);
    return [station, Object.fromEntries(own)] as const;
  });
  return Object.fromEntries(stations.filter(([, said]) => Object.keys(said).length > 0));
}

export const firstWords = (language: string): Words => chosen(everything(language, ignore), FIRST, true);
const ignore = () => undefined;

/** By station and key in one, as `platform:sign_in.enter`. */
function flat(words: Words): Record<string, string> {
  const all = Object.entries(words).flatMap(([station, said]) =>
    Object.entries(said).map(([key, text]) => [`${station}:${key}`, text]),
  );
  return Object.fromEntries(all);
}

/** Gives `virtual:words/first/LANGUAGE`, `virtual:words/rest/LANGUAGE` and `virtual:door-words` to the console. */
export function words(): Plugin {
  return {
    name: 'huisheng-words',
    resolveId: (id) => (id.startsWith('virtual:') && id.includes('words') ? `\0${id}` : undefined),
    load(id) {
      const [, part, language = ''] = /^\0virtual:(words\/first|words\/rest|door-words)\/?(.*)$/.exec(id) ?? [];
      if (!part) return undefined;
      const all = (of: string) => everything(of, (file) => this.addWatchFile(file));
      const said =
        part === 'door-words'
          ? Object.fromEntries(['zh-CN', 'en'].map((it) => [it, flat(chosen(all(it), DOOR, true))]))
          : chosen(all(language), FIRST, part === 'words/first');
      return `export default ${JSON.stringify(said)}`;
    },
  };
}
