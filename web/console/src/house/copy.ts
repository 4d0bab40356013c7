// Copying to the clipboard, which a browser may refuse: without HTTPS it has none to offer.

import { useTranslation } from 'react-i18next';
import { complain, tell } from './toast.tsx';

/** Copies a text and says so; where that cannot be, says that it must be marked and copied by hand. */
export function useCopy(): (text: string, done: string) => Promise<void> {
  const { t } = useTranslation('house');
  return async (text, done) => {
    try {
      await navigator.clipboard.writeText(text);
      tell(done);
    } catch {
      complain(t('copy_refused'));
    }
  };
}
