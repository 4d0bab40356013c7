// Every page a customer may see: in both languages, on three widths, with scripts and without.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { browser } from '../lib/chromium.mjs';
import { handIn, publishForm, served } from '../lib/house.mjs';
import { bytesOnTheWire, expectAccessible, open, screenshot } from '../lib/page.mjs';
import { start, TENANT } from '../lib/server.mjs';

const LANGUAGES = ['zh-CN', 'en'];
const WIDTHS = [1440, 390, 360];
const BYTES_MAX = 20 * 1024;

const TROUBLE = { 'a.overall': '1', 'a.suggestion': '等了一个小时没有人理我,问题也没有解决,请给我一个说法。' };

/** Name, and how to come to it: the address, and the status that belongs there. */
const PAGES = {
  survey: () => ({ url: form.url }),
  'survey-vip': () => ({ url: vip.url }),
  'survey-relationship': () => ({ url: relationship.url }),
  thanks: () => ({ url: progress }),
  progress: () => ({ url: progress.split('?')[0] }),
  unknown: () => ({ url: `${form.url}x`, status: 404 }),
  closed: () => ({ url: closed.url, status: 410 }),
  invited: () => ({ url: invited }),
  'opt-out': () => ({ url: optOut }),
  'said-and-done': () => ({ url: `${server.at}/w/${TENANT}` }),
};

let chromium;
let server;
let form;
let vip;
let relationship;
let closed;
let progress;
let invited;
let optOut;

before(async () => {
  chromium = await browser();
  server = await start();
  form = await publishForm(server.api);
  vip = await publishForm(server.api, 'vip');
  relationship = await publishForm(server.api, 'relationship');
  closed = await publishForm(server.api, 'cooling_off');
  await server.api('POST', `/forms/${closed.id}/retire`, { retired: true });
  progress = await handIn(form.url, TROUBLE);
  ({ invited, optOut } = await served(server));
});

after(async () => {
  await chromium?.close();
  await server?.stop();
});

for (const language of LANGUAGES) {
  for (const [name, find] of Object.entries(PAGES)) {
    test(`${name} in ${language} is light, quiet and usable by everybody`, async () => {
      const { url, status = 200 } = find();
      const { bytes, status: answered, encoding } = await bytesOnTheWire(url, language);
      assert.equal(answered, status);
      assert.ok(encoding, 'it travels compressed');
      assert.ok(bytes < BYTES_MAX, `${bytes} bytes`);
      for (const width of WIDTHS) {
        for (const scripts of [true, false]) {
          await look(url, status, { name, language, width, scripts });
        }
      }
    });
  }
}

async function look(url, status, { name, language, width, scripts }) {
  const visit = await open(chromium, { language, width, scripts });
  const reply = await visit.page.goto(url, { waitUntil: 'load' });
  assert.equal(reply.status(), status);
  const title = `${name}-${language}-${width}${scripts ? '' : '-no-script'}`;
  assert.equal(await visit.page.getAttribute('html', 'lang'), language, title);
  await expectAccessible(visit, title);
  await screenshot(visit.page, title);
  // A stream that stays open, and the word that it was opened, are no part of drawing the page.
  const drawn = visit.requests.filter((it) => !['eventsource', 'ping', 'fetch'].includes(it.kind));
  assert.equal(drawn.length, 1, `${title}: ${drawn.map((it) => it.url).join(' ')}`);
  const troubles = visit.troubles.filter((it) => status < 400 || !it.includes(`${status}`));
  assert.deepEqual(troubles, [], title);
  await visit.close();
}

test('the language is changed by hand, stays changed, and is said by the page itself', async () => {
  const visit = await open(chromium, { language: 'zh-CN' });
  await visit.page.goto(form.url);
  await visit.page.getByRole('link', { name: 'English' }).click();
  assert.equal(await visit.page.getAttribute('html', 'lang'), 'en');
  await visit.page.goto(form.url);
  assert.equal(await visit.page.getAttribute('html', 'lang'), 'en');
  await visit.close();
});

test('the questions that follow from an answer appear only then, with scripts and without', async () => {
  for (const scripts of [true, false]) {
    const visit = await open(chromium, { scripts });
    await visit.page.goto(form.url);
    const reasons = visit.page.locator('#q-reasons');
    assert.equal(await reasons.isVisible(), false, `scripts ${scripts}`);
    await visit.page.locator('label:has([name="a.overall"][value="1"])').click();
    await reasons.waitFor({ state: 'visible', timeout: 5000 });
    await visit.page.locator('label:has([name="a.overall"][value="5"])').click();
    await reasons.waitFor({ state: 'hidden', timeout: 5000 });
    await visit.close();
  }
});

test('an empty form comes back with its fault named, and nothing is lost', async () => {
  const visit = await open(chromium, { scripts: false });
  await visit.page.goto(form.url);
  const words = '想说的都写在这里了';
  await visit.page.locator('textarea').last().fill(words);
  await visit.page.locator('button[type=submit]').click();
  assert.equal(await visit.page.getByRole('alert').count(), 1);
  assert.equal(await visit.page.locator('textarea').last().inputValue(), words);
  await expectAccessible(visit, 'survey with faults');
  await screenshot(visit.page, 'survey-faults-zh-CN-390');
  await visit.close();
});

test('a page in the browser keeps what was typed when the window closes', async () => {
  const visit = await open(chromium);
  await visit.page.goto(form.url);
  await visit.page.locator('textarea').last().fill('写到一半');
  await visit.page.goto('about:blank');
  await visit.page.goto(form.url);
  assert.equal(await visit.page.locator('textarea').last().inputValue(), '写到一半');
  assert.deepEqual(visit.troubles, []);
  await visit.close();
});

test('a draft goes when it was handed in, and by itself after a day, also that of another form', async () => {
  const visit = await open(chromium);
  const { page } = visit;
  const drafts = () => page.evaluate(() => Object.keys(localStorage).filter((it) => it.startsWith('huisheng:')));
  await page.goto(form.url);
  await page.locator('textarea').last().fill('写到一半');
  await page.waitForFunction(() => Object.keys(localStorage).some((it) => it.startsWith('huisheng:/')));
  await page.evaluate(() => {
    const [key] = Object.keys(localStorage).filter((it) => it.startsWith('huisheng:/'));
    const aged = (hours) => JSON.stringify({ ...JSON.parse(localStorage.getItem(key)), at: Date.now() - hours * 3_600_000 });
    localStorage.setItem('huisheng:/f/echo/another 1', aged(25));
    localStorage.setItem('huisheng:/f/echo/young 1', aged(23));
    localStorage.setItem(key, aged(25));
    localStorage.setItem('huisheng.tenant', 'echo');
  });
  await page.goto(form.url);
  assert.equal(await page.locator('textarea').last().inputValue(), '', 'a day is over');
  assert.deepEqual(await drafts(), ['huisheng:/f/echo/young 1']);
  assert.equal(await page.evaluate(() => localStorage.getItem('huisheng.tenant')), 'echo', 'what is not a draft stays');

  await page.locator('input[name="a.overall"][value="5"]').check({ force: true });
  await page.locator('textarea').last().fill('谢谢');
  await page.waitForFunction(() => Object.keys(localStorage).filter((it) => it.startsWith('huisheng:/')).length === 2);
  await page.locator('button[type="submit"]').first().click();
  await page.waitForURL(/\/p\//);
  await page.waitForFunction(() => Object.keys(localStorage).filter((it) => it.startsWith('huisheng:/')).length === 1);
  assert.deepEqual(await drafts(), ['huisheng:/f/echo/young 1'], 'what arrived is kept nowhere else');
  assert.deepEqual(visit.troubles, []);
  await visit.close();
});

test('pressing twice hands in once', async () => {
  const count = async () => (await server.api('GET', '/evaluations?limit=200')).items.length;
  const before = await count();
  const visit = await open(chromium);
  await visit.page.goto(form.url);
  await visit.page.locator('label:has([name="a.overall"][value="4"])').click();
  await visit.page.locator('button[type=submit]').dblclick();
  await visit.page.waitForURL(/\/p\//);
  assert.equal(await count(), before + 1);
  await visit.close();
});
