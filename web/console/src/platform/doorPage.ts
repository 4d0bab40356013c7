// The page that a stranger gets: the door at once, and behind it, when nothing else is to do, the console.

import { keepLanguage } from '../house/language.ts';
import '../house/theme.css';
import { openDoor } from './door.ts';

const root = document.getElementById('root');
if (root) openDoor(root, { bare: false, speak: keepLanguage, done: () => window.location.reload() });

/** Files of the console, for the browser to have when somebody has typed their password. */
function fetchConsole() {
  const files = document.querySelector<HTMLMetaElement>('meta[name=huisheng-console]')?.content.split(' ') ?? [];
  for (const file of files) {
    // What does not arrive is fetched when it is needed.
    fetch(file, { priority: 'low' })
      .then((it) => it.arrayBuffer())
      .catch(() => undefined);
  }
}

const REST_MS = 1_000;
window.addEventListener('load', () => setTimeout(fetchConsole, REST_MS));
