// The component library around the pages that use it: its theme, its words, its style by the page's number.
// The frame and the first page do without; it comes with the first page that needs it.

import { ConfigProvider } from 'antd';
import type { Locale } from 'antd/es/locale';
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Outlet } from 'react-router';
import { nonce } from '../nonce.ts';
import { useLight } from '../theme.ts';
import { themeOf } from './look.ts';

// Made once: whatever is new here is computed and drawn anew by everything inside.
const SAFETY = { nonce };
const BUTTON = { autoInsertSpace: false };

/** Around `children`, or around the page of this address. */
export function Library({ children }: { children?: ReactNode }) {
  const { i18n } = useTranslation();
  const light = useLight();
  const look = useMemo(() => themeOf(light), [light]);
  const locale = useLibraryWords(i18n.language);
  return (
    <ConfigProvider csp={SAFETY} theme={look} button={BUTTON} locale={locale}>
      {children ?? <Outlet />}
    </ConfigProvider>
  );
}

/**
 * The library's own words come later: what they name is opened by hand. Until then its locale is a bare name, not
 * nothing: with nothing the library would draw everything anew when they come, and what had been typed would be gone.
 */
function useLibraryWords(language: string): Locale {
  const [locale, setLocale] = useState<Locale>({ locale: language });
  useEffect(() => {
    const load = language === 'en' ? import('./en.ts') : import('./zh-CN.ts');
    load.then((it) => setLocale(it.default));
  }, [language]);
  return locale;
}
