// A button as the component library draws it, without the library: the frame and the first page do not wait for it.

import type { ButtonHTMLAttributes, MouseEvent } from 'react';

type Props = ButtonHTMLAttributes<HTMLButtonElement> & {
  /** The one thing to do next is `primary`. */
  look?: 'primary' | 'plain';
  danger?: boolean;
  /** What it does is being done: it cannot be pressed again meanwhile. */
  busy?: boolean;
};

export function Button({ look = 'plain', danger, busy, type = 'button', onClick, ...rest }: Props) {
  const classes = ['button', `button-${look}`, danger && 'button-danger', busy && 'button-busy'];
  // While busy it is not switched off: who pressed it by keyboard would lose their place.
  const press = busy ? (event: MouseEvent<HTMLButtonElement>) => event.preventDefault() : onClick;
  return (
    <button {...rest} type={type} className={classes.filter(Boolean).join(' ')} aria-disabled={busy} onClick={press} />
  );
}
