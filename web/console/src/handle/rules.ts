// The calendars and policies in force, for pages that explain by them.

import { useQuery } from '@tanstack/react-query';
import { api, ask, type Schemas } from '../house/api.ts';
import { useMay } from '../house/me.tsx';

const LONG_MS = 5 * 60_000;

export function usePolicies(): Schemas['PolicyBody'][] {
  const may = useMay()('cases:read');
  const { data } = useQuery({
    queryKey: ['policies'],
    queryFn: () => ask(api.GET('/api/v1/policies')),
    staleTime: LONG_MS,
    enabled: may,
  });
  return data ?? [];
}

export function useCalendars(): Schemas['CalendarBody'][] {
  const may = useMay()('cases:read');
  const { data } = useQuery({
    queryKey: ['calendars'],
    queryFn: () => ask(api.GET('/api/v1/calendars')),
    staleTime: LONG_MS,
    enabled: may,
  });
  return data ?? [];
}
