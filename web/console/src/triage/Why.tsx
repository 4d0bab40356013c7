// Why it was labelled and assigned so: the evidence that the rules wrote down, in words.

import { useTranslation } from 'react-i18next';
import { language } from '../house/i18n.ts';
import { useStaffName, useTeamName, useTree } from '../house/me.tsx';
import { useOptionWord } from './useOptionWord.ts';

export type Because = { code: string } & Record<string, unknown>;

/** Levels of customers as rules count them. */
const LEVELS = ['standard', 'key', 'vip'];

/** One sentence a piece of evidence. `evaluation` is the one it was read from, whose form has words for what was ticked. */
export function Why({ because, evaluation }: { because: Because[]; evaluation?: string | undefined }) {
  const { t } = useTranslation('triage');
  const staffName = useStaffName();
  const teamName = useTeamName();
  const categories = useTree('category');
  const ticked = because.some((it) => it.code === 'chose');
  const optionWord = useOptionWord(ticked ? evaluation : undefined);
  if (because.length === 0) return <p className="quiet">{t('by_hand')}</p>;
  const category = (id: unknown) => {
    const found = categories.find((it) => it.id === id);
    return found ? (language() === 'en' ? found.name_en : found.name_zh) : '';
  };
  // An option of the built-in forms; of any other its key is all there is.
  const builtIn = (key: string) => t(`option.${key}`, { defaultValue: key.replaceAll('_', ' ') });
  const values = (it: Because): Record<string, string | number> => {
    const said: Record<string, string | number> = {};
    for (const [name, value] of Object.entries(it)) {
      if (name === 'staff') said.staff = staffName(String(value));
      else if (name === 'team') said.team = teamName(String(value));
      else if (name === 'category') said.category = category(value);
      else if (name === 'kind') said.kind = t(`word:kind.${String(value)}`);
      else if (name === 'words' && Array.isArray(value))
        said.words = value.map((one) => t('quoted', { word: one })).join(t('comma'));
      else if (name === 'level') said.level = t(`customer:level.${LEVELS[Number(value)]}`);
      else if (name === 'option') said.option = optionWord(String(value)) ?? builtIn(String(value));
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
