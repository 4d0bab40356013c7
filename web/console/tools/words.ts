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

/** Everything the console says in one language, by station; `word` are the server's. */
function everything(language: string, watch: (file: string) => void) {
  const folders = readdirSync(STATIONS, { withFileTypes: true }).filter((it) => it.isDirectory());
  const files = folders.map((it) => [it.name, join(STATIONS, it.name, `${language}.json`)] as const);
  // In the server's English sentences a word stands in the middle; here it stands by itself.
  const capital = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1);
  const said = Object.entries(serverWords(language)).map(([key, text]) => [key, capital(text)]);
  const words: Record<string, Record<string, string>> = { word: Object.fromEntries(said) };
  for (const [station, file] of files.filter(([, file]) => existsSync(file))) {
    watch(file);
    words[station] = JSON.parse(readFileSync(file, 'utf8'));
  }
  return words;
}

/** Gives `virtual:words/LANGUAGE` to the console: one file to fetch. */
export function words(): Plugin {
  const prefix = 'virtual:words/';
  return {
    name: 'huisheng-words',
    resolveId: (id) => (id.startsWith(prefix) ? `\0${id}` : undefined),
    load(id) {
      if (!id.startsWith(`\0${prefix}`)) return undefined;
      const words = everything(id.slice(prefix.length + 1), (file) => this.addWatchFile(file));
      return `export default ${JSON.stringify(words)}`;
    },
  };
}
