// Words: one JSON file a station and language, keys without nesting, `{names}` filled when said.

import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';

export const LANGUAGES = ['zh-CN', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

export function language(): Language {
  return document.documentElement.lang === 'en' ? 'en' : 'zh-CN';
}

async function load(to: Language) {
  const words = to === 'en' ? import('virtual:words/en') : import('virtual:words/zh-CN');
  for (const [station, said] of Object.entries((await words).default)) {
    i18next.addResourceBundle(to, station, said, false, true);
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
    react: { useSuspense: false },
    resources: {},
  });
  await load(to);
}

/** Changes the language of everything, and keeps it. */
export async function speak(to: Language) {
  await load(to);
  document.documentElement.lang = to;
  try {
    localStorage.setItem('huisheng.language', to);
  } catch {
    // A browser that keeps nothing asks again next time.
  }
  await i18next.changeLanguage(to);
}
