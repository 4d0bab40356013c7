// The kinds of question: pressed they go below the chosen question, dragged to where they are let go.

import {
  CalendarOutlined,
  CheckSquareOutlined,
  ContactsOutlined,
  DashboardOutlined,
  FieldNumberOutlined,
  FileProtectOutlined,
  FormOutlined,
  LikeOutlined,
  StarOutlined,
  TableOutlined,
  UnorderedListOutlined,
} from '@ant-design/icons';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { PALETTE, type Type } from './form.ts';

export const DRAGGED_TYPE = 'application/x-huisheng-type';

const ICONS: Record<Type, ReactNode> = {
  csat: <StarOutlined aria-hidden />,
  nps: <LikeOutlined aria-hidden />,
  ces: <DashboardOutlined aria-hidden />,
  matrix: <TableOutlined aria-hidden />,
  single: <UnorderedListOutlined aria-hidden />,
  multiple: <CheckSquareOutlined aria-hidden />,
  text: <FormOutlined aria-hidden />,
  number: <FieldNumberOutlined aria-hidden />,
  date: <CalendarOutlined aria-hidden />,
  contact: <ContactsOutlined aria-hidden />,
  consent: <FileProtectOutlined aria-hidden />,
};

export function Palette({ add }: { add: (type: Type) => void }) {
  const { t } = useTranslation('collect');
  return (
    <nav className="palette" aria-label={t('palette.title')}>
      {Object.entries(PALETTE).map(([group, types]) => (
        <div key={group}>
          <h2>{t(`palette.${group}`)}</h2>
          {types.map((type) => (
            <button
              key={type}
              type="button"
              className="palette-type"
              draggable
              onDragStart={(event) => {
                event.dataTransfer.setData(DRAGGED_TYPE, type);
                event.dataTransfer.effectAllowed = 'copy';
              }}
              onClick={() => add(type)}
            >
              <span aria-hidden>{ICONS[type]}</span> {t(`type.${type}`)}
            </button>
          ))}
        </div>
      ))}
      <p className="quiet palette-hint">{t('palette.hint')}</p>
    </nav>
  );
}
