// Where one can go, in reading order, and what one must be allowed for it.

import {
  BulbOutlined,
  CommentOutlined,
  CustomerServiceOutlined,
  FileProtectOutlined,
  FormOutlined,
  LineChartOutlined,
  SettingOutlined,
  TeamOutlined,
  UnorderedListOutlined,
} from '@ant-design/icons';
import type { ReactNode } from 'react';
import { type May, useMay } from './me.tsx';

export type Place = { path: string; name: string; icon: ReactNode; may: May[]; below?: boolean; phone?: boolean };

const PLACES: Place[] = [
  { path: '/work', name: 'place.work', icon: <CustomerServiceOutlined aria-hidden />, may: ['cases:act'], phone: true },
  {
    path: '/evaluations',
    name: 'place.evaluations',
    icon: <CommentOutlined aria-hidden />,
    may: ['evaluations:read'],
    phone: true,
  },
  {
    path: '/cases',
    name: 'place.cases',
    icon: <UnorderedListOutlined aria-hidden />,
    may: ['cases:read'],
    phone: true,
  },
  {
    path: '/ledgers/complaints',
    name: 'place.complaints',
    icon: <FileProtectOutlined aria-hidden />,
    may: ['cases:read'],
    below: true,
  },
  {
    path: '/ledgers/suggestions',
    name: 'place.suggestions',
    icon: <BulbOutlined aria-hidden />,
    may: ['cases:read'],
    below: true,
  },
  { path: '/customers', name: 'place.customers', icon: <TeamOutlined aria-hidden />, may: ['customers:read'] },
  { path: '/forms', name: 'place.forms', icon: <FormOutlined aria-hidden />, may: ['forms:read'] },
  {
    path: '/overview',
    name: 'place.overview',
    icon: <LineChartOutlined aria-hidden />,
    may: ['metrics:read'],
    phone: true,
  },
  {
    path: '/settings',
    name: 'place.settings',
    icon: <SettingOutlined aria-hidden />,
    may: [
      'staff:write',
      'policies:write',
      'imports:write',
      'templates:write',
      'roles:write',
      'cases:assign',
      'api_keys:write',
      'settings:write',
      'jobs:read',
      'audit:read',
    ],
  },
];

/** What this person may use: any one of the permissions opens the place. */
export function usePlaces(): Place[] {
  const may = useMay();
  return PLACES.filter((it) => it.may.some((one) => may(one)));
}
