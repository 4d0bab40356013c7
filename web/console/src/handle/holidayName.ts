// The holidays of the State Council's notices, called in the reader's language.

import { useTranslation } from 'react-i18next';
import { language } from '../house/i18n.ts';

/** As the notices write them; one that falls together with another is written with both. */
const KNOWN: Record<string, string> = {
  元旦: 'new_year',
  春节: 'spring',
  清明节: 'qingming',
  劳动节: 'labour',
  端午节: 'dragon_boat',
  中秋节: 'mid_autumn',
  国庆节: 'national',
};

/** The name as the notice writes it, or in English as far as it is known. */
export function useHolidayName(): (name: string) => string {
  const { t } = useTranslation('handle');
  return (name) => {
    if (language() !== 'en') return name;
    const parts = name.split('、').map((it) => (KNOWN[it] ? t(`holiday.${KNOWN[it]}`) : it));
    return parts.join(' & ');
  };
}
