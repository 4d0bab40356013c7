// A customer without a mouse: Tab, arrows, Space and Enter are enough from the first question to the receipt.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { browser } from '../lib/chromium.mjs';
import { publishForm } from '../lib/house.mjs';
import { open } from '../lib/page.mjs';
import { start } from '../lib/server.mjs';

const TABS_MAX = 60;

let chromium;
let server;
let form;

before(async () => {
  chromium = await browser();
  server = await start();
  form = await publishForm(server.api);
});

after(async () => {
  await chromium?.close();
  await server?.stop();
});

/** Presses Tab until the thing with focus matches. Fails when the focus cannot be seen on the way. */
async function tabTo(page, selector) {
  for (let pressed = 0; pressed < TABS_MAX; pressed += 1) {
    await page.keyboard.press('Tab');
    const { matches, visible, what } = await page.evaluate((selector) => {
      const element = document.activeElement;
      // A radio may hide behind its drawing; then the drawing shows the focus.
      const shown = [element, element.closest('label'), element.nextElementSibling, ...element.parentElement.children];
      const visible = shown.filter(Boolean).some((it) => {
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(it);
        return (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none';
      });
      return { matches: element.matches(selector), visible, what: element.outerHTML.slice(0, 120) };
    }, selector);
    assert.ok(visible, `the focus cannot be seen on ${what}`);
    if (matches) return;
  }
  assert.fail(`${selector} is not reached in ${TABS_MAX} steps`);
}

for (const language of ['zh-CN', 'en']) {
  test(`an evaluation is handed in by keyboard alone, ${language}`, async () => {
    const { page, troubles, close } = await open(chromium, { language, width: 1440 });
    await page.goto(form.url);
    await tabTo(page, '[name="a.overall"]');
    // Space takes the first of the five, an arrow the next one.
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowRight');
    assert.equal(await page.locator('[name="a.overall"]:checked').getAttribute('value'), '2');
    await tabTo(page, '[name="a.reasons"]');
    await page.keyboard.press('Space');
    await tabTo(page, 'textarea');
    await page.keyboard.type('No mouse needed');
    await tabTo(page, 'button[type=submit]');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/p\//);
    assert.match(await page.locator('main').innerText(), /No mouse needed/);
    assert.deepEqual(troubles, []);
    await close();
  });
}
