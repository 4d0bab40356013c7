// The trend of many at once: whose lines, which of them in front, and that a hundred of them hold nobody up who types.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { browser } from '../lib/chromium.mjs';
import { enter, expectFits, goTo, hire, troublesOf } from '../lib/console.mjs';
import { expectAccessible, expectStable, screenshot } from '../lib/page.mjs';
import { start } from '../lib/server.mjs';

const PEOPLE = 100;
const DAYS = 100;
/** How much slower the processor is than this one. */
const SLOWER = 4;
/** From a key to the picture that shows it. About 100 on a machine that does nothing else; other journeys run beside. */
const KEY_MS_MAX = 1000;

let chromium;
let server;
let admin;
let people;

const nameOf = (n) => `客服${String(n).padStart(3, '0')}`;

before(async () => {
  chromium = await browser();
  server = await start();
  admin = await hire(server, { role: 'administrator', login: 'lin', name: '林远' });
  people = Array.from({ length: PEOPLE }, () => crypto.randomUUID());
  for (const [n, id] of people.entries()) {
    const person = { login: `s${n}`, name: nameOf(n), number: `s${n}`, roles: [], language: 'zh-CN', active: true };
    await server.api('PUT', `/staff/${id}`, person);
  }
  const form = (await server.api('GET', '/forms')).find((it) => it.key === 'standard').id;
  // The first has the most, the twelfth has one.
  for (let n = 0; n < 12; n += 1) {
    for (let nth = n; nth < 12; nth += 1) {
      const answers = { overall: nth % 3 === 0 ? 2 : 5 };
      await server.api('PUT', `/evaluations/${crypto.randomUUID()}`, { form, round: 'first', answers, staff: people[n] });
    }
  }
});

after(async () => {
  await chromium?.close();
  await server?.stop();
});

/** A hundred people on a hundred days, none of whose lines are alike. */
function trendOfMany() {
  const dates = Array.from({ length: DAYS }, (_, at) => new Date(Date.UTC(2026, 7, 1 + at)).toISOString().slice(0, 10));
  const line = (id, n) => {
    const values = dates.map((_, at) => ((at + n) % 17 === 0 ? null : 0.75 + 0.2 * Math.sin(at / (3 + n / 9) + n)));
    const counts = values.map((it, at) => (it === null ? 0 : 3 + ((at * 7 + n) % 9)));
    const denominator = PEOPLE * 20 - n;
    const total = { value: 0.8, low: 0.7, high: 0.9, numerator: 0, denominator, pending: 0, p90: null, distribution: [] };
    return { id, word: null, total, values, counts };
  };
  return { metric: 'csat', name: '满意度', unit: 'share', dates, lines: people.map(line), more: 3 };
}

const list = (page) => page.getByRole('list', { name: '各条走势线' });
const front = (page) => list(page).locator('[aria-pressed=true]').allInnerTexts();
const asked = (page) => new URL(page.url()).searchParams.get('lines');

test('lines of people come to the front by press and by key, and the address keeps them', async () => {
  const visit = await enter(chromium, server, admin);
  const { page } = visit;
  await goTo(visit, server, '/overview?days=7');
  await page.locator('.trend-chart canvas').waitFor();
  assert.equal(await page.locator('.lines').count(), 0, 'one line with its band, unless asked');
  await page.getByLabel('走势按什么分线').click();
  await page.locator('.ant-select-item-option', { hasText: '按人员' }).click();
  await list(page).getByRole('button').nth(11).waitFor();
  await page.waitForURL(/by=staff/);
  const first = await front(page);
  assert.deepEqual(first.map((it) => it.split('\n')[0]), [0, 1, 2, 3, 4].map(nameOf), 'the largest, before anybody chose');
  assert.match(first[0], /66\.7%\s+12 件/);

  // One leaves by press, two come by key; whoever stays keeps the colour.
  const mark = (n) => list(page).getByRole('button', { name: nameOf(n) }).locator('svg').getAttribute('class');
  await list(page).getByRole('button', { name: nameOf(1) }).click();
  assert.equal(await mark(2), 'line-mark line-mark-3');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  assert.equal(await mark(2), 'line-mark line-mark-3');
  assert.equal(await mark(5), 'line-mark line-mark-2');
  await page.waitForURL((it) => it.searchParams.get('lines')?.split(',').length === 6);
  assert.equal(asked(page), [0, 5, 2, 3, 4, 6].map((n) => people[n]).join(','));

  // There are only so many places, and the table holds no more.
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByText('最多同时突出 6 条').waitFor();
  await page.getByText('用表格看突出的线').click();
  await page.locator('.trend-table th').last().waitFor();
  assert.equal(await page.locator('.trend-table th').count(), 7);
  assert.equal(await page.locator('.trend-table td').count(), 7, 'one day so far');
  await expectAccessible(visit, 'lines of people');
  await page.reload();
  await list(page).getByRole('button').nth(11).waitFor();
  assert.deepEqual((await front(page)).map((it) => it.split('\n')[0]), [0, 2, 3, 4, 5, 6].map(nameOf));

  await page.getByRole('textbox', { name: '找一条线' }).fill('11');
  await list(page).getByRole('button').nth(1).waitFor({ state: 'detached' });
  assert.equal(await list(page).getByRole('button').count(), 1);
  assert.deepEqual(troublesOf(visit), []);
  await visit.close();
});

/** In the page: how long each key took until what it did was drawn, and how long the page did nothing else. */
function watchKeys() {
  window.keys = [];
  window.tasks = [];
  const keep = (into, of) => (list) => into.push(...list.getEntries().filter(of).map((it) => Math.round(it.duration)));
  new PerformanceObserver(keep(window.keys, (it) => it.name === 'keydown')).observe({ type: 'event', durationThreshold: 16 });
  new PerformanceObserver(keep(window.tasks, () => true)).observe({ type: 'longtask' });
}

test('a hundred lines are drawn while somebody types, and no key waits', async (t) => {
  const visit = await enter(chromium, server, admin);
  const { page } = visit;
  let answer;
  const held = new Promise((resolve) => {
    answer = resolve;
  });
  await page.route(/figures\/csat\/trend/, async (route) => {
    await held;
    await route.fulfill({ json: trendOfMany() });
  });
  await page.goto(`${server.at}/console/overview?days=90&by=staff`);
  await page.locator('.overview').waitFor();
  await page.keyboard.press('Control+k');
  const field = page.getByRole('combobox', { name: '搜索或跳转' });
  await field.waitFor();
  const tools = await page.context().newCDPSession(page);
  await tools.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
  await page.evaluate(watchKeys);
  const measured = async () => {
    const found = await page.evaluate(() => ({ keys: window.keys.splice(0), tasks: window.tasks.splice(0) }));
    return { keys: Math.max(0, ...found.keys), tasks: Math.max(0, ...found.tasks), all: found };
  };
  const said = (name, { keys, tasks }) => t.diagnostic(`${name}: slowest key ${keys} ms, longest task ${tasks} ms`);

  const type = async (text) => {
    for (const it of text) {
      await page.keyboard.press(it);
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
  };
  await type('before the lines ');
  const before = await measured();
  said('before', before);
  answer();
  await type('while a hundred lines are being drawn behind what one types ');
  await list(page).locator('button').nth(PEOPLE - 1).waitFor();
  const drawing = await measured();
  said('while they are drawn', drawing);
  assert.equal(await field.inputValue(), 'before the lines while a hundred lines are being drawn behind what one types ');
  assert.ok(drawing.keys <= KEY_MS_MAX, `a key waited for ${drawing.keys} ms`);

  // Typing in the list itself, and bringing a line to the front.
  await page.keyboard.press('Escape');
  const search = page.getByRole('textbox', { name: '找一条线' });
  await search.click();
  await measured();
  await type('09');
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Backspace');
  await type('099');
  await list(page).getByRole('button').nth(1).waitFor({ state: 'detached' });
  assert.equal(await list(page).getByRole('button').count(), 1);
  const searching = await measured();
  said('searching', searching);
  assert.ok(searching.keys <= KEY_MS_MAX, `a key waited for ${searching.keys} ms`);
  await page.keyboard.press('Tab');
  await list(page).getByRole('button').focus();
  await page.keyboard.press('Enter');
  await list(page).locator('[aria-pressed=true]').waitFor();
  const picking = await measured();
  said('bringing one to the front', picking);
  assert.ok(picking.keys <= KEY_MS_MAX, `a key waited for ${picking.keys} ms`);
  await tools.send('Emulation.setCPUThrottlingRate', { rate: 1 });

  // What the mouse is over is said of the lines in front.
  await search.fill('');
  await page.locator('.lines-chart').hover({ position: { x: 300, y: 120 } });
  await page.locator('.lines-tip').getByText(nameOf(0)).waitFor();
  await expectAccessible(visit, 'a hundred lines');
  assert.deepEqual(troublesOf(visit), []);
  await visit.close();
});

for (const [language, width, height] of [['zh-CN', 1440, 900], ['en', 1440, 900], ['zh-CN', 390, 844], ['en', 390, 844]]) {
  test(`a hundred lines can be seen: ${language}, ${width} px`, async () => {
    const visit = await enter(chromium, server, admin, { language, width, height });
    const { page } = visit;
    await page.route(/figures\/csat\/trend/, (route) => route.fulfill({ json: trendOfMany() }));
    await goTo(visit, server, '/overview?days=90&by=staff');
    await page.locator('.lines li').nth(PEOPLE - 1).waitFor({ state: 'attached' });
    await page.locator('canvas[data-drawn=all]').waitFor();
    await expectFits(visit, 'a hundred lines');
    await expectAccessible(visit, 'a hundred lines');
    await expectStable(visit, 'a hundred lines');
    await page.locator('.trend').scrollIntoViewIfNeeded();
    for (const light of ['light', 'dark']) {
      await page.evaluate((it) => { document.documentElement.dataset.theme = it; }, light);
      await page.locator('canvas[data-drawn=all]').waitFor();
      await page.locator('.lines-chart').hover({ position: { x: 200, y: 120 } });
      await screenshot(page, `console-trend-${light}-${language}-${width}`);
    }
    await visit.close();
  });
}
