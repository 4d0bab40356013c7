// Words: one JSON file a station and language, keys without nesting, `{names}` filled when said.

import i18next, { type TFunction } from 'i18next';
import { useSyncExternalStore } from 'react';
import { initReactI18next } from 'react-i18next';
import { keepLanguage, LANGUAGES, type Language, language } from './language.ts';

export { LANGUAGES, type Language, language };

/** What the frame and the first page say; and all else, which comes with the first page that needs it. */
const WORDS = {
  'zh-CN': [() => import('virtual:words/first/zh-CN'), () => import('virtual:words/rest/zh-CN')],
  en: [() => import('virtual:words/first/en'), () => import('virtual:words/rest/en')],
} as const;

async function load(to: Language, part: 0 | 1) {
  const words = await WORDS[to][part]();
  for (const [station, said] of Object.entries(words.default)) {
    i18next.addResourceBundle(to, station, said, true, true);
  }
}

export async function startWords() {
  const to = language();
  await i18next.use(initReactI18next).init({
    lng: to,
    ns: [],
    defaultNS: 'house',
    fallbackLng: false,
    keySeparator: false,
    interpolation: { prefix: '{', suffix: '}', escapeValue: false },
    // What explains itself by words that come later says them as soon as they are there.
    react: { useSuspense: false, bindI18nStore: 'added' },
    resources: {},
  });
  i18next.on('languageChanged', tellAll);
  i18next.store.on('added', tellAll);
  await load(to, 0);
}

/** What says the words of a station, made once for each; forgotten when there are more words, or others. */
const sayers = new Map<string, TFunction>();
const listeners = new Set<() => void>();

function tellAll() {
  sayers.clear();
  for (const it of listeners) it();
}

function subscribe(then: () => void): () => void {
  listeners.add(then);
  return () => {
    listeners.delete(then);
  };
}

function sayer(station: string): TFunction {
  const found = sayers.get(station) ?? i18next.getFixedT(null, station);
  sayers.set(station, found);
  return found;
}

/** As `useTranslation`, for what stands in every row of a list: nothing is made for each of them. */
export function useWords(station: string): TFunction {
  return useSyncExternalStore(subscribe, () => sayer(station));
}

const all = new Map<Language, Promise<void>>();

/** All words of the reader's language. */
export function loadAllWords(): Promise<void> {
  const to = language();
  const found = all.get(to) ?? load(to, 1);
  all.set(to, found);
  // What did not arrive is asked for again next time.
  found.catch(() => all.delete(to));
  return found;
}

/** Changes the language of everything, and keeps it. */
export async function speak(to: Language) {
  await Promise.all([load(to, 0), load(to, 1)]);
  keepLanguage(to);
  await i18next.changeLanguage(to);
}
