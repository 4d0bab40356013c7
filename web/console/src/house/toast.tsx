// A word about what was just done, with a way back where there is one.

import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';

type Toast = { id: number; text: string; bad: boolean; undo?: () => void };

const STAYS_MS = 6000;
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

function add(toast: Omit<Toast, 'id'>) {
  last += 1;
  const id = last;
  set([...toasts.slice(-2), { ...toast, id }]);
  setTimeout(() => drop(id), STAYS_MS);
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
  return (
    <div className="toasts" aria-live="polite">
      {shown.map(({ id, text, bad, undo }) => (
        <div key={id} className={bad ? 'toast toast-bad' : 'toast'}>
          <span>{text}</span>
          {undo && (
            <button
              type="button"
              onClick={() => {
                drop(id);
                undo();
              }}
            >
              {t('undo')}
            </button>
          )}
        </div>
      ))}
    </div>
  );
}
