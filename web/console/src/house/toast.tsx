// A word about what was just done, with a way back where there is one.

import { useEffect, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { isTyping } from './focus.ts';

type Toast = { id: number; text: string; bad: boolean; undo?: () => void };

const STAYS_MS = 6000;
/** What can be taken back waits for who must first see it, and find the key. */
const UNDO_STAYS_MS = 12_000;
let toasts: Toast[] = [];
let last = 0;
const listeners = new Set<() => void>();

function set(next: Toast[]) {
  toasts = next;
  for (const listener of listeners) listener();
}

function drop(id: number) {
  set(toasts.filter((it) => it.id !== id));
}

/** It goes when its time is over, but not from under the hand of who is about to press it. */
function dropLater(id: number, stays_ms: number) {
  setTimeout(() => {
    if (document.querySelector('.toasts:hover, .toasts:focus-within')) dropLater(id, STAYS_MS);
    else drop(id);
  }, stays_ms);
}

function add(toast: Omit<Toast, 'id'>) {
  last += 1;
  set([...toasts.slice(-2), { ...toast, id: last }]);
  dropLater(last, toast.undo ? UNDO_STAYS_MS : STAYS_MS);
}

function takeBack({ id, undo }: Toast) {
  drop(id);
  undo?.();
}

/** Ctrl+Z takes back the last thing that can be; where somebody writes it is the field's own. */
function press(event: KeyboardEvent) {
  if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.key.toLowerCase() !== 'z') return;
  const { target } = event;
  // The field of a list to choose from is mostly empty: there is nothing in it to take back.
  const isList = target instanceof HTMLInputElement && target.role === 'combobox' && target.value === '';
  const last = toasts.findLast((it) => it.undo);
  if (!last || (isTyping(target) && !isList)) return;
  event.preventDefault();
  takeBack(last);
}

export const tell = (text: string, undo?: () => void) => add(undo ? { text, bad: false, undo } : { text, bad: false });
export const complain = (text: string) => add({ text, bad: true });

export function Toasts() {
  const { t } = useTranslation('house');
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    () => toasts,
  );
  useEffect(() => {
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, []);
  return (
    <div className="toasts" aria-live="polite">
      {shown.map((it) => (
        <div key={it.id} className={it.bad ? 'toast toast-bad' : 'toast'}>
          <span>{it.text}</span>
          {it.undo && (
            <button type="button" aria-keyshortcuts="Control+Z" onClick={() => takeBack(it)}>
              {t('undo')} <kbd aria-hidden>Ctrl Z</kbd>
            </button>
          )}
        </div>
      ))}
    </div>
  );
}
