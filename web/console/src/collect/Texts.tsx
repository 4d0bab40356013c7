// One text of a form, its languages side by side.

import { Input } from 'antd';
import { languageName } from '../house/format.ts';
import type { Text } from './form.ts';

type Props = {
  label: string;
  languages: string[];
  value: Text | undefined;
  may: boolean;
  set: (to: Text) => void;
  /** May have several lines. */
  long?: boolean;
};

export function Texts({ label, languages, value = {}, may, set, long }: Props) {
  return (
    <div className="texts">
      {languages.map((one) => (
        <Input.TextArea
          key={one}
          rows={1}
          className="grows"
          aria-label={`${label} ${one}`}
          placeholder={`${label} · ${languageName(one)}`}
          lang={one}
          value={value[one] ?? ''}
          readOnly={!may}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && !long && !event.nativeEvent.isComposing) event.preventDefault();
          }}
          onChange={(event) => {
            const { [one]: _, ...others } = value;
            // A text without words is none.
            set(event.target.value ? { ...value, [one]: event.target.value } : others);
          }}
        />
      ))}
    </div>
  );
}
