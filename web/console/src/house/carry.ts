// When two people change one thing: what one of them has typed is laid over how the other left it.

import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSaid } from './states.tsx';
import { complain, tell } from './toast.tsx';

/**
 * `now`, with what `draft` changed of `from`. A field that both changed is as in `draft`: whoever keeps it has been told
 * to look. What is no thing with fields cannot be laid over anything, and is as in `now`.
 */
export function carriedOver<T>(from: T, draft: T, now: T): T {
  if (!isThing(from) || !isThing(draft) || !isThing(now)) return now;
  const was = from as Record<string, unknown>;
  const own = Object.entries(draft).filter(([name, it]) => JSON.stringify(it) !== JSON.stringify(was[name]));
  return { ...now, ...Object.fromEntries(own) };
}

const isThing = (it: unknown): it is object => typeof it === 'object' && it !== null && !Array.isArray(it);

type Way<T> = {
  /** How it was when it was opened. */
  first: T;
  draft: T;
  set: (to: T) => void;
  /** How it is now; nothing when it is gone. */
  read: () => Promise<T | undefined>;
  /** Forgets the refusal. */
  reset: () => void;
};

/** Brings in what somebody else has changed meanwhile, under what was typed. */
export function useCarry<T>({ first, draft, set, read, reset }: Way<T>): () => Promise<void> {
  const { t } = useTranslation('platform');
  const said = useSaid();
  const [from, setFrom] = useState(first);
  return async () => {
    try {
      const now = await read();
      if (now === undefined) {
        complain(t('editor.gone'));
        return;
      }
      set(carriedOver(from, draft, now));
      setFrom(now);
      reset();
      tell(t('editor.carried'));
    } catch (error) {
      complain(said(error));
    }
  };
}
