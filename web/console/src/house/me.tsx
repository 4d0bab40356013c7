// Who is signed in, and what they may do.

import { queryOptions, useQuery } from '@tanstack/react-query';
import { createContext, useContext } from 'react';
import { api, ask, queries, type Schemas } from './api.ts';
import { PREFERENCES } from './preference.ts';

export type Me = Schemas['Me'];
export type May = Schemas['Permission'];

export const MeContext = createContext<Me | undefined>(undefined);

export function useMe(): Me {
  const me = useContext(MeContext);
  if (!me) throw new Error('a page of the console is drawn only for who is signed in');
  return me;
}

export function useMay(): (...wanted: May[]) => boolean {
  const { permissions } = useMe();
  return (...wanted) => wanted.every((it) => permissions.includes(it));
}

export function useMyId(): string {
  return useMe().staff?.id ?? '';
}

const LONG_MS = 5 * 60_000;

export const ME = queryOptions({ queryKey: ['me'], queryFn: () => ask(api.GET('/api/v1/me')) });
const STAFF = queryOptions({
  queryKey: ['staff'],
  queryFn: () => ask(api.GET('/api/v1/staff')),
  staleTime: LONG_MS,
});
const TEAMS = queryOptions({
  queryKey: ['teams'],
  queryFn: () => ask(api.GET('/api/v1/teams')),
  staleTime: LONG_MS,
});

/**
 * The names and arrangements that nearly every page shows, as far as this person may read them: a page that waits for
 * them is drawn once, and nothing in it moves when they come. Whatever fails is said by who needs it.
 */
export async function loadNames(): Promise<void> {
  const me = await queries.ensureQueryData(ME).catch(() => undefined);
  if (!me) return;
  const wanted: Promise<unknown>[] = [queries.ensureQueryData(PREFERENCES)];
  if (me.permissions.includes('staff:read')) {
    wanted.push(queries.ensureQueryData(STAFF), queries.ensureQueryData(TEAMS));
  }
  await Promise.allSettled(wanted);
}

/** Everybody who works here; empty for who may not read staff, and until it is known. */
export function useStaff() {
  return useStaffRead().data ?? NOBODY;
}

/** The same with how the reading went. */
export function useStaffRead() {
  const may = useMay()('staff:read');
  return useQuery({ ...STAFF, enabled: may });
}

export function useTeams() {
  const may = useMay()('staff:read');
  const { data } = useQuery({ ...TEAMS, enabled: may });
  return data ?? NO_TEAMS;
}

const NOBODY: Schemas['Staff'][] = [];
const NO_TEAMS: Schemas['Team'][] = [];

/** The name of a member of staff; empty while it is not known. */
export function useStaffName(): (id: string | null | undefined) => string {
  const staff = useStaff();
  return (id) => (id ? (staff.find((it) => it.id === id)?.name ?? '') : '');
}

export function useTeamName(): (id: string | null | undefined) => string {
  const teams = useTeams();
  return (id) => (id ? (teams.find((it) => it.id === id)?.name ?? '') : '');
}

/** The tree of categories or of causes. */
export function useTree(tree: 'category' | 'cause') {
  const may = useMay()('cases:read');
  const { data } = useQuery({
    queryKey: ['tree', tree],
    queryFn: () => ask(api.GET('/api/v1/trees/{tree}', { params: { path: { tree } } })),
    staleTime: LONG_MS,
    enabled: may,
  });
  return data ?? NO_CATEGORIES;
}

const NO_CATEGORIES: Schemas['CategoryBody'][] = [];
