// Light or dark: the reader's choice, else the system's. `first.js` has put it on the page.

import { useSyncExternalStore } from 'react';

export type Light = 'light' | 'dark';

const listeners = new Set<() => void>();

function light(): Light {
  return document.documentElement.dataset.theme === 'dark' ? 'dark' : 'light';
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

export function useLight(): Light {
  return useSyncExternalStore(subscribe, light);
}

export function switchLight() {
  const to = light() === 'dark' ? 'light' : 'dark';
  document.documentElement.dataset.theme = to;
  try {
    localStorage.setItem('huisheng.theme', to);
  } catch {
    // A browser that keeps nothing follows the system next time.
  }
  for (const listener of listeners) listener();
}
