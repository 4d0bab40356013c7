// A time of day as it is said here, on 24 hours, whatever the browser's own field for times would show.

import { Input, type InputProps } from 'antd';
import { useState } from 'react';

/** 24:00 is the end of a day. */
const TIME = /^([01]?\d|2[0-4])[:：]?([0-5]\d)$/;

type Props = Omit<InputProps, 'value' | 'onChange' | 'onBlur'> & { value: string; set: (to: string) => void };

/** `930` is half past nine. What is no time is put back. */
export function TimeInput({ value, set, ...rest }: Props) {
  const [known, setKnown] = useState(value);
  const [typed, setTyped] = useState(value);
  if (known !== value) {
    setKnown(value);
    setTyped(value);
  }
  const done = () => {
    const [, hours = '', minutes = ''] = TIME.exec(typed.trim()) ?? [];
    const time = hours ? `${hours.padStart(2, '0')}:${minutes}` : value;
    setTyped(time);
    if (time !== value) set(time);
  };
  return (
    <Input
      {...rest}
      inputMode="numeric"
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={done}
      onPressEnter={done}
    />
  );
}
