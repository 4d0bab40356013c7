// What a list shows is in the address: it can be sent to a colleague, kept, and gone back to.

import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';

/** Values by name; empty ones are left out of the address. A change begins again at the first page. */
export function useAddress<K extends string>(names: readonly K[]) {
  const [params, setParams] = useSearchParams();
  const values = useMemo(
    () => Object.fromEntries(names.map((it) => [it, params.get(it) ?? ''])) as Record<K, string>,
    [params, names],
  );
  const set = useCallback(
    (changed: Partial<Record<K | 'after', string>>, { replace = true } = {}) => {
      setParams(
        (before) => {
          const next = new URLSearchParams(before);
          if (!('after' in changed) && !('open' in changed)) next.delete('after');
          for (const [name, value] of Object.entries(changed) as [string, string | undefined][]) {
            if (value) next.set(name, value);
            else next.delete(name);
          }
          return next;
        },
        { replace },
      );
    },
    [setParams],
  );
  return { values, after: params.get('after') ?? '', set };
}
