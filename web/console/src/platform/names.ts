// What the things an audit speaks of are called, where they have a name and this person may read it.

import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, ask, type Row, type Schemas } from '../house/api.ts';
import { language } from '../house/i18n.ts';
import { useMay, useStaffName, useTeamName, useTree } from '../house/me.tsx';
import { useRoleName } from './Roles.tsx';

type Entry = Pick<Row<Schemas['Page_AuditEntry']>, 'thing' | 'thing_id' | 'detail'>;

const LONG_MS = 5 * 60_000;

/** In the reader's language, or in the one there is. */
const inOne = (names: Record<string, string> | undefined) => names?.[language()] ?? Object.values(names ?? {})[0] ?? '';

/** The name of what an entry is about; empty where it has none, or is gone. */
export function useNames(): (of: Entry) => string {
  const { t } = useTranslation('answer');
  const may = useMay();
  const staffName = useStaffName();
  const teamName = useTeamName();
  const roleName = useRoleName();
  const rest = { staleTime: LONG_MS };
  const roles = useQuery({
    queryKey: ['roles'],
    queryFn: () => ask(api.GET('/api/v1/roles')),
    enabled: may('roles:write'),
    ...rest,
  });
  const scripts = useQuery({
    queryKey: ['scripts'],
    queryFn: () => ask(api.GET('/api/v1/scripts')),
    enabled: may('templates:write'),
    ...rest,
  });
  const calendars = useQuery({
    queryKey: ['calendars'],
    queryFn: () => ask(api.GET('/api/v1/calendars')),
    enabled: may('policies:write'),
    ...rest,
  });
  const policies = useQuery({
    queryKey: ['policies'],
    queryFn: () => ask(api.GET('/api/v1/policies')),
    enabled: may('policies:write'),
    ...rest,
  });
  const forms = useQuery({
    queryKey: ['forms'],
    queryFn: () => ask(api.GET('/api/v1/forms')),
    enabled: may('forms:read'),
    ...rest,
  });
  const branches = [...useTree('category'), ...useTree('cause')];
  return ({ thing, thing_id: id, detail }) => {
    const one = <T extends { id: string }>(all: T[] | undefined) => all?.find((it) => it.id === id);
    const key = (detail as { key?: unknown } | null)?.key;
    const branch = one(branches);
    const role = one(roles.data);
    const found: Record<string, () => string> = {
      staff: () => staffName(id),
      team: () => teamName(id),
      role: () => (role ? roleName(role) : ''),
      script: () => one(scripts.data)?.title ?? '',
      calendar: () => inOne(one(calendars.data)?.name),
      policy: () => inOne(one(policies.data)?.name),
      form: () => inOne(one(forms.data)?.draft.title),
      category: () => (language() === 'en' ? branch?.name_en : branch?.name_zh) ?? '',
      template: () => (typeof key === 'string' ? t(`template.${key}`, { defaultValue: '' }) : ''),
    };
    return found[thing]?.() ?? '';
  };
}
