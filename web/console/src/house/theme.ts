// Light or dark: the reader's choice, else the system's. `first.js` has put it on the page.

import { useSyncExternalStore } from 'react';

export type Light = 'light' | 'dark';

function light(): Light {
  return document.documentElement.dataset.theme === 'dark' ? 'dark' : 'light';
}

/** The mark on the page is the truth, whoever changes it. */
function subscribe(listener: () => void) {
  const watch = new MutationObserver(listener);
  watch.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  return () => watch.disconnect();
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
}
