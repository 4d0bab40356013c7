// What a person arranged for themselves. The server keeps it, so that it follows them to another machine.

import { queryOptions, useQuery } from '@tanstack/react-query';
import { api, ask, queries } from './api.ts';
import { useSaid } from './states.tsx';
import { complain } from './toast.tsx';

const KEY = ['preferences'];
const LONG_MS = 5 * 60_000;

type Kept = Record<string, unknown>;

/** One after the other, so that the last that was arranged is what is kept. */
let sending: Promise<unknown> = Promise.resolve();

export const PREFERENCES = queryOptions({
  queryKey: KEY,
  queryFn: async () => (await ask(api.GET('/api/v1/me/preferences'))) as Kept,
  staleTime: LONG_MS,
});

/**
 * What is kept under this name, and how to change it. `undefined` until it is known; `nothing` when it was never
 * set, or is not what `isOne` knows.
 */
export function usePreference<T extends object>(name: string, nothing: T, isOne: (it: unknown) => it is T) {
  const said = useSaid();
  const { data } = useQuery(PREFERENCES);
  const found = data?.[name];
  const value = isOne(found) ? found : nothing;
  const keep = (to: T) => {
    const before = queries.getQueryData<Kept>(KEY);
    queries.setQueryData<Kept>(KEY, { ...before, [name]: to });
    const params = { path: { key: name } };
    const send = () => ask(api.PUT('/api/v1/me/preferences/{key}', { params, body: to as Record<string, never> }));
    sending = sending.then(send).catch((error) => {
      queries.setQueryData(KEY, before);
      complain(said(error));
    });
  };
  return { value: data ? value : undefined, keep };
}
