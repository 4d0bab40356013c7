// Hands on the keyboard alone: no mouse, and no script that puts the focus anywhere.

import assert from 'node:assert/strict';

const TABS_MAX = 120;

/** In the page: whether what has the focus stands in the window, and whether what had it before looked otherwise while it had it. */
async function lookAtFocus() {
  const has = document.activeElement;
  const looks = (it) =>
    [it, it.nextElementSibling, ...(it.parentElement?.children ?? []), it.parentElement, it.parentElement?.parentElement, it.parentElement?.parentElement?.parentElement]
      .filter(Boolean)
      .map((one) => {
        const { outline, boxShadow, borderColor, backgroundColor, top } = getComputedStyle(one);
        return [outline, boxShadow, borderColor, backgroundColor, top].join();
      })
      .join(' ');
  const before = window.hadFocus;
  const shows = before && before.it !== document.body && before.it.tabIndex >= 0;
  // A field and the button that empties it share one ring.
  const isMoved = before && before.it !== has && !before.it.closest('.ant-select, .ant-input-affix-wrapper')?.contains(has);
  const isSame = () => shows && isMoved && before.it.isConnected && looks(before.it) === before.looked;
  // The component library takes its ring away a moment later.
  for (let tried = 0; tried < 5 && isSame(); tried += 1) await new Promise((then) => setTimeout(then, 50));
  const unseen = isSame();
  window.hadFocus = { it: has, looked: looks(has) };
  const { left, top, width, height } = has.getBoundingClientRect();
  const isIn = left + width > 0 && top + height > 0 && left < innerWidth && top < innerHeight;
  return {
    unseen: unseen ? before.it.outerHTML.slice(0, 160) : '',
    outside: isIn ? '' : has.outerHTML.slice(0, 160),
  };
}

/** Presses Tab until this has the focus. Fails where the focus could not be seen on the way. */
export async function tabTo(page, target, { back = false } = {}) {
  const way = [];
  for (let pressed = 0; pressed < TABS_MAX; pressed += 1) {
    const { unseen, outside } = await page.evaluate(lookAtFocus);
    assert.equal(unseen, '', `the focus could not be seen on ${unseen}`);
    assert.equal(outside, '', `the focus is outside the window on ${outside}`);
    if ((await target.and(page.locator(':focus')).count()) > 0) return;
    await page.keyboard.press(back ? 'Shift+Tab' : 'Tab');
    way.push(await page.evaluate(() => document.activeElement.ariaLabel ?? document.activeElement.textContent.slice(0, 20) ?? ''));
  }
  assert.fail(`${target} is not reached in ${TABS_MAX} steps: ${way.join(' | ')}`);
}

/** Fails when what had the focus is gone and nothing has it in its place. */
export async function expectHeld(page, what) {
  // What closes may give the focus back a moment later.
  for (let tried = 0; tried < 20; tried += 1) {
    if (!(await page.evaluate(() => document.activeElement === document.body))) return;
    await page.waitForTimeout(50);
  }
  assert.fail(`the focus is lost: ${what}`);
}

/** Tabs to a button or link and presses it. */
export async function pressOn(page, target, options) {
  await tabTo(page, target, options);
  await page.keyboard.press('Enter');
}

/** Tabs to a list of the component library and takes the option with these words. */
export async function choose(page, target, option) {
  await tabTo(page, target);
  const list = page.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden)');
  const wanted = list.locator('.ant-select-item-option-active', { hasText: option });
  for (let pressed = 0; pressed < TABS_MAX && (await wanted.count()) === 0; pressed += 1) {
    await page.keyboard.press('ArrowDown');
    // The list opens and moves a moment later; nobody's hand is faster.
    await page.waitForTimeout(50);
  }
  await page.keyboard.press('Enter');
}
