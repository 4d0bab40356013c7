// When two people change one thing: what one of them has typed is laid over how the other left it.

import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSaid } from './states.tsx';
import { complain, tell } from './toast.tsx';

/**
 * `now`, with what `draft` changed of `from`: things field by field, lists entry by entry where entries can be told apart.
 * What both changed is as in `draft`: whoever keeps it has been told to look.
 */
export function carriedOver<T>(from: T, draft: T, now: T): T {
  return over(from, draft, now) as T;
}

function over(from: unknown, draft: unknown, now: unknown): unknown {
  if (isSame(draft, from)) return now;
  if (isThing(draft) && isThing(now)) return overFields(isThing(from) ? from : {}, draft, now);
  const lists = [from, draft, now].map(byName);
  const [was, own, is] = lists;
  return was && own && is ? overEntries(was, own, is) : draft;
}

type Fields = Record<string, unknown>;

function overFields(from: Fields, draft: Fields, now: Fields): Fields {
  const names = [...new Set([...Object.keys(now), ...Object.keys(draft)])];
  const kept = names.filter((it) => it in draft || !(it in from));
  return Object.fromEntries(kept.map((it) => [it, it in draft ? over(from[it], draft[it], now[it]) : now[it]]));
}

type Entries = Map<string, unknown>;

/** In the order of `draft`, what is new with the others behind. */
function overEntries(from: Entries, draft: Entries, now: Entries): unknown[] {
  const own = [...draft].flatMap(([name, it]) => {
    const isGone = from.has(name) && !now.has(name);
    if (isGone && isSame(it, from.get(name))) return [];
    // Two that are new and happen to be called alike are not the same.
    const isMet = !from.has(name) && now.has(name) && !isSame(it, now.get(name));
    if (isMet) return [now.get(name), it];
    return [now.has(name) ? over(from.get(name), it, now.get(name)) : it];
  });
  const others = [...now].filter(([name]) => !draft.has(name) && !from.has(name)).map(([, it]) => it);
  return [...own, ...others];
}

/** The entries of a list by what tells them apart; nothing where two are alike or have no name. */
function byName(list: unknown): Entries | undefined {
  if (!Array.isArray(list)) return undefined;
  const names = list.map((it) => (isThing(it) ? (it.id ?? it.code ?? it.key) : it));
  const isNamed = names.every((it) => typeof it === 'string' && it !== '') && new Set(names).size === names.length;
  return isNamed ? new Map(list.map((it, at) => [names[at] as string, it])) : undefined;
}

const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

const isThing = (it: unknown): it is Fields => typeof it === 'object' && it !== null && !Array.isArray(it);

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
