import { createRoot } from 'react-dom/client';
import './house/theme.css';
import './house/controls.css';
import './house/shell.css';
import './house/table.css';
import './handle/handle.css';
import { Console } from './house/Console.tsx';
import { keepFocus } from './house/focus.ts';
import { startWords } from './house/i18n.ts';

const root = document.getElementById('root');
if (root) {
  keepFocus();
  // Without words there is nothing to draw; they travel with the page's first files.
  startWords().then(() => createRoot(root).render(<Console />));
}
