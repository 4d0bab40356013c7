// A field for numbers as the component library draws it, its arrows named in the reader's language: the library
// names them in English only.

import { InputNumber } from 'antd';
import { type ComponentProps, type ComponentRef, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';

type Props = ComponentProps<typeof InputNumber<number>>;

export function NumberInput(props: Props) {
  const { t } = useTranslation('house');
  const field = useRef<ComponentRef<typeof InputNumber>>(null);
  const [up, down] = [t('number.up'), t('number.down')];
  // Without a list of what it depends on: a field that may be edited from now on gets its arrows only then.
  useEffect(() => {
    const box = field.current?.nativeElement;
    box?.querySelector('.ant-input-number-action-up')?.setAttribute('aria-label', up);
    box?.querySelector('.ant-input-number-action-down')?.setAttribute('aria-label', down);
  });
  return <InputNumber<number> {...props} ref={field} />;
}
