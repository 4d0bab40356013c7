// A password being chosen: what is typed can be seen, and how good it is said beside it.

import { Input } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Field } from '../customer/CustomerForm.tsx';
import { api, ask, type Schemas } from '../house/api.ts';
import './password.css';

/** Typing is waited for so long. */
const PAUSE_MS = 300;
const LEVELS = ['weak', 'fair', 'good', 'strong'] as const;

type Props = {
  label: string;
  value: string;
  set: (to: string) => void;
  /** What others know of the person, as their login, their name and the company's. */
  known: string[];
  fault: string | undefined;
  shown?: boolean;
  required?: boolean;
  /** Said until something is typed. */
  note?: string;
};

export function NewPassword({ label, value, set, known, fault, shown, required, note }: Props) {
  return (
    <Field label={label} fault={fault}>
      {(own) => (
        <>
          <Input
            {...own}
            type={shown ? 'text' : 'password'}
            autoComplete="new-password"
            value={value}
            required={required}
            onChange={(event) => set(event.target.value)}
          />
          <Meter password={value} known={known} note={note} />
        </>
      )}
    </Field>
  );
}

function Meter({ password, known, note }: { password: string; known: string[]; note: string | undefined }) {
  const { t } = useTranslation('platform');
  const judged = useStrength(password, known);
  const level = judged ? LEVELS.indexOf(judged.strength) + 1 : 0;
  return (
    <div className="strength" data-enough={judged?.enough}>
      {password !== '' && (
        <span className="strength-bar" aria-hidden="true">
          {LEVELS.map((it, at) => (
            <i key={it} className={at < level ? 'full' : undefined} />
          ))}
        </span>
      )}
      <span className="quiet" aria-live="polite">
        {judged
          ? t(judged.enough ? 'password.enough' : 'password.more', { word: t(`password.${judged.strength}`) })
          : note}
      </span>
    </div>
  );
}

function useStrength(password: string, known: string[]): Schemas['StrengthBody'] | undefined {
  const [judged, setJudged] = useState<Schemas['StrengthBody']>();
  const words = known.join('\n');
  useEffect(() => {
    if (password === '') {
      setJudged(undefined);
      return;
    }
    const left = new AbortController();
    const wait = window.setTimeout(() => {
      const body = { password, known: words.split('\n').filter(Boolean) };
      // Where nothing comes, the verdict comes with the form.
      ask(api.POST('/api/v1/password-strength', { body, signal: left.signal })).then(setJudged, () => {});
    }, PAUSE_MS);
    return () => {
      window.clearTimeout(wait);
      left.abort();
    };
  }, [password, words]);
  return judged;
}
