// “?”: what a figure or a rule means, in the words of the server that computes by it, where it stands.

import { type ReactNode, useId, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import './help.css';

const GAP_PX = 6;
const EDGE_PX = 8;

/** What `name` means. It lies above everything, so that no table and no panel cuts it off. */
export function Explained({ name, children }: { name: string; children: ReactNode }) {
  const { t } = useTranslation('house');
  const id = useId();
  const mark = useRef<HTMLButtonElement>(null);
  const box = useRef<HTMLSpanElement>(null);
  /** Below the mark, within the window; above it where there is more room. */
  const place = () => {
    if (!mark.current || !box.current) return;
    const at = mark.current.getBoundingClientRect();
    const { offsetWidth, offsetHeight, style } = box.current;
    const left = Math.min(at.left, window.innerWidth - offsetWidth - EDGE_PX);
    const below = at.bottom + GAP_PX;
    const fits = below + offsetHeight + EDGE_PX <= window.innerHeight;
    style.left = `${Math.max(EDGE_PX, left)}px`;
    style.top = `${fits ? below : Math.max(EDGE_PX, at.top - GAP_PX - offsetHeight)}px`;
  };
  return (
    <span className="help">
      <button
        ref={mark}
        type="button"
        className="help-mark"
        aria-label={t('help_of', { name })}
        popoverTarget={id}
        onClick={(event) => event.stopPropagation()}
      >
        ?
      </button>
      <span ref={box} id={id} popover="auto" className="help-text" onToggle={place}>
        {children}
      </span>
    </span>
  );
}

/** A rule's meaning by its key among the server's words. */
export function Help({ of, name }: { of: string; name: string }) {
  const { t } = useTranslation('word');
  return <Explained name={name}>{t(`help.${of}`)}</Explained>;
}

/** Whether there are words for it: not every column needs any. */
export function useHasHelp(): (of: string) => boolean {
  const { i18n } = useTranslation('word');
  return (of) => i18n.exists(`word:help.${of}`);
}
