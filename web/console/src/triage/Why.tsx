// Why it was labelled and assigned so: the evidence that the rules wrote down, in words.

import { useTranslation } from 'react-i18next';
import { language } from '../house/i18n.ts';
import { useStaffName, useTeamName, useTree } from '../house/me.tsx';

export type Because = { code: string } & Record<string, unknown>;

/** One sentence a piece of evidence. */
export function Why({ because }: { because: Because[] }) {
  const { t } = useTranslation('triage');
  const staffName = useStaffName();
  const teamName = useTeamName();
  const categories = useTree('category');
  if (because.length === 0) return <p className="quiet">{t('by_hand')}</p>;
  const category = (id: unknown) => {
    const found = categories.find((it) => it.id === id);
    return found ? (language() === 'en' ? found.name_en : found.name_zh) : '';
  };
  const values = (it: Because): Record<string, string | number> => {
    const said: Record<string, string | number> = {};
    for (const [name, value] of Object.entries(it)) {
      if (name === 'staff') said.staff = staffName(String(value));
      else if (name === 'team') said.team = teamName(String(value));
      else if (name === 'category') said.category = category(value);
      else if (name === 'kind') said.kind = t(`word:kind.${String(value)}`);
      else if (name === 'words' && Array.isArray(value))
        said.words = value.map((one) => t('quoted', { word: one })).join(t('comma'));
      // An option of a form of one's own is called by its key.
      else if (name === 'option') said.option = t(`option.${String(value)}`, { defaultValue: String(value) });
      else if (typeof value === 'string' || typeof value === 'number') said[name] = value;
    }
    return said;
  };
  return (
    <ul className="why">
      {because.map((it) => (
        <li key={JSON.stringify(it)}>{t(`why.${it.code}`, values(it))}</li>
      ))}
    </ul>
  );
}
