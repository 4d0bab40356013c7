// A list to choose from as the component library draws it, the button that empties it named in the reader's language: the
// library names it in English only.

import { CloseCircleFilled } from '@ant-design/icons';
import { Select as LibrarySelect, type SelectProps } from 'antd';
import { useTranslation } from 'react-i18next';

export function Select<V>({ allowClear, ...rest }: SelectProps<V>) {
  const { t } = useTranslation('house');
  const clear = { label: t('empty'), clearIcon: <CloseCircleFilled aria-hidden /> };
  return <LibrarySelect<V> {...rest} allowClear={allowClear ? clear : false} />;
}
