// A field to search a list by. It is asked on Enter, and shows what the list is asked for, wherever that was changed.

import { CloseCircleFilled, SearchOutlined } from '@ant-design/icons';
import { Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

type Props = { label: string; value: string; search: (text: string) => void; className: string };

export function Search({ label, value, search, className }: Props) {
  const { t } = useTranslation('house');
  const [asked, setAsked] = useState(value);
  const [typed, setTyped] = useState(value);
  if (asked !== value) {
    setAsked(value);
    setTyped(value);
  }
  return (
    <Input.Search
      aria-label={label}
      placeholder={label}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
      onSearch={(text) => search(text.trim())}
      searchIcon={<SearchOutlined aria-label={t('search')} />}
      allowClear={{ clearIcon: <CloseCircleFilled aria-label={t('empty')} /> }}
      className={className}
    />
  );
}
