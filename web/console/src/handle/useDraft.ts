// What is being written outlives the page, the browser's window and the server's restart.

import { useCallback, useState } from 'react';

function read(key: string): string {
  try {
    return localStorage.getItem(key) ?? '';
  } catch {
    return '';
  }
}

/** The text kept under this name, and how to change it; an empty one is forgotten. */
export function useDraft(name: string): [string, (text: string) => void] {
  const key = `huisheng.draft.${name}`;
  const [kept, setKept] = useState(() => ({ key, text: read(key) }));
  const text = kept.key === key ? kept.text : read(key);
  const set = useCallback(
    (next: string) => {
      setKept({ key, text: next });
      try {
        if (next) localStorage.setItem(key, next);
        else localStorage.removeItem(key);
      } catch {
        // Without storage it lives as long as the page.
      }
    },
    [key],
  );
  return [text, set];
}
