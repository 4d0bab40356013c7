// The reader's language: what the page says it is. `first.js` has put it there.

export const LANGUAGES = ['zh-CN', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

export function language(): Language {
  return document.documentElement.lang === 'en' ? 'en' : 'zh-CN';
}

/** Says it on the page, and keeps it for the next visit. */
export function keepLanguage(to: Language) {
  document.documentElement.lang = to;
  try {
    localStorage.setItem('huisheng.language', to);
  } catch {
    // A browser that keeps nothing asks again next time.
  }
}
