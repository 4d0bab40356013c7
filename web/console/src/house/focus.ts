// Where the keyboard is. What has the focus may go, as a form that is kept or a row that is dropped; then whoever works by
// keyboard or by ear goes on where they came from, not from the top of the page.

/** How far back one may have to go: a form is filled in by many steps, and goes as a whole. */
const TRAIL_MAX = 100;

/** A page that comes, a dialog that closes and a form that opens know better where to be; they have this long. */
const WAIT_MS = 80;

/** What had the focus, the latest last. */
let trail: HTMLElement[] = [];

/** Whoever pressed beside everything has nothing under their hands, and wants it so. */
let isLetGo = false;

let byKeys = false;

const canHold = (it: HTMLElement) =>
  it.isConnected && !it.matches(':disabled') && it.checkVisibility({ visibilityProperty: true });

/** Whether a key is typed into something, and no command. */
export function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement && target.type === 'checkbox') return false;
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

/** A list or a calendar of the component library is open: Escape is for it alone. */
export const isListOpen = () =>
  document.querySelector(
    '.ant-select-dropdown:not(.ant-select-dropdown-hidden), .ant-picker-dropdown:not(.ant-picker-dropdown-hidden)',
  ) !== null;

function goBack() {
  const last = trail.at(-1);
  if (document.activeElement !== document.body || isLetGo || !last || canHold(last)) return;
  trail = trail.filter((it) => it.isConnected);
  const dialog = document.querySelector('dialog[open]');
  // On a phone a field would bring up the keyboard, which nobody asked for.
  const to = trail.findLast((it) => canHold(it) && (byKeys || !isTyping(it)) && (!dialog || dialog.contains(it)));
  const main = document.getElementById('main');
  if (to) to.focus({ preventScroll: !byKeys });
  else main?.focus({ preventScroll: true });
}

/** From now on the focus is not lost. */
export function keepFocus() {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = () => {
    if (document.activeElement !== document.body) return;
    const last = trail.at(-1);
    if (last && canHold(last)) isLetGo = true;
    clearTimeout(timer);
    timer = setTimeout(goBack, WAIT_MS);
  };
  document.addEventListener('focusin', ({ target }) => {
    isLetGo = false;
    if (target instanceof HTMLElement && target !== trail.at(-1)) trail = [...trail.slice(1 - TRAIL_MAX), target];
  });
  document.addEventListener('focusout', () => setTimeout(look));
  // Not every browser says so when it goes with its part of the page.
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
  document.addEventListener(
    'keydown',
    () => {
      byKeys = true;
    },
    true,
  );
  document.addEventListener(
    'pointerdown',
    () => {
      byKeys = false;
    },
    true,
  );
}

/** For the `ref` of what was just opened: its first field has the focus, or else the thing itself. */
export function begin(it: HTMLElement | null) {
  if (!it) return;
  const field = it.querySelector<HTMLElement>('input:not([type=checkbox]), textarea');
  (field ?? it).focus();
}
