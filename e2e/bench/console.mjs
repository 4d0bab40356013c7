// How fast the console is, at SPEED_AT with the demo company. Prints one JSON line for each figure:
//
//     SPEED_AT=http://127.0.0.1:8400 node bench/console.mjs [first|later|paging|typing]…
//
// A slow device is the browser's own: scripts 4 times slower and a line of 1.6 Mbit/s down, 0.75 up, 150 ms for each
// way and back, which is what "fast 3G" is on webpagetest.org and in Lighthouse. The browser's own tools mean by the
// same name 562.5 ms before each answer; that is measured beside it.

import { browser } from '../lib/chromium.mjs';

const AT = process.env.SPEED_AT ?? 'http://127.0.0.1:8400';
const PASSWORD = process.env.SPEED_PASSWORD ?? 'huisheng-demo';
const ROUNDS = Number(process.env.SPEED_ROUNDS ?? 5);
const kbit = (it) => (it * 1000) / 8;
const LINES = {
  'fast 3G': { offline: false, latency: 150, downloadThroughput: kbit(1600), uploadThroughput: kbit(750) },
  'fast 3G of the browser’s tools': { offline: false, latency: 562.5, downloadThroughput: kbit(1440), uploadThroughput: kbit(675) },
};
const SLOWER = 4;
/** Somebody looks at a page for a moment before going on. */
const LOOK_MS = 3_000;
const PAGES = 20;
/** Longest wait for anything: longer means that it does not come. */
const WAIT_MS_MAX = 20_000;
/** The slow device on a shared machine is slower than slow. */
const VISIT_MS_MAX = 90_000;
const TYPED = 'The refund has not arrived yet, please look after it today. ';

const sorted = (all) => [...all].sort((a, b) => a - b);
const median = (all) => sorted(all)[Math.floor(all.length / 2)];
const tell = (what, value, unit = 'ms', target = '') =>
  console.log(JSON.stringify({ what: `console, ${what}`, value: Math.round(value * 10) / 10, unit, target }));

async function signIn(login) {
  const reply = await fetch(`${AT}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ tenant: 'demo', login, password: PASSWORD }),
  });
  if (reply.status !== 204) throw new Error(`cannot sign in: ${reply.status} ${await reply.text()}`);
  const [name, value] = reply.headers.get('set-cookie').split(';')[0].split('=');
  return { name, value, url: AT };
}

/** In the page, from its first moment: when what `selector` names is there and can be used. */
function watch(selector) {
  window.tasks = [];
  new PerformanceObserver((list) => {
    for (const it of list.getEntries()) window.tasks.push({ end: it.startTime + it.duration, took: it.duration });
  }).observe({ type: 'longtask', buffered: true });
  const look = () => {
    if (!document.querySelector(selector)) return requestAnimationFrame(look);
    // It is usable when it was painted and nothing long runs any more.
    const seen = performance.now();
    return requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        setTimeout(() => {
          window.usable_ms = Math.max(seen, ...window.tasks.filter((it) => it.end - it.took <= seen + 50).map((it) => it.end));
        }, 100);
      }),
    );
  };
  requestAnimationFrame(look);
}

async function device(chromium, { cookie, line, slow = 1 } = {}) {
  const context = await chromium.newContext({ locale: 'zh-CN', viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
  if (cookie) await context.addCookies([cookie]);
  const visit = async (path, selector) => {
    const page = await context.newPage();
    const tools = await context.newCDPSession(page);
    await tools.send('Network.enable');
    if (line) await tools.send('Network.emulateNetworkConditions', LINES[line]);
    if (slow > 1) await tools.send('Emulation.setCPUThrottlingRate', { rate: slow });
    const bytes = { Script: 0, all: 0 };
    const kinds = new Map();
    tools.on('Network.responseReceived', ({ requestId, type }) => kinds.set(requestId, type));
    tools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
      bytes.all += encodedDataLength;
      if (kinds.get(requestId) === 'Script') bytes.Script += encodedDataLength;
    });
    await page.addInitScript(watch, selector);
    await page.goto(`${AT}/console${path}`, { waitUntil: 'commit', timeout: VISIT_MS_MAX });
    await page.waitForFunction(() => window.usable_ms, undefined, { timeout: VISIT_MS_MAX });
    const usable_ms = await page.evaluate(() => window.usable_ms);
    return { page, tools, usable_ms, bytes: { ...bytes } };
  };
  return { visit, close: () => context.close() };
}

const WORK = '.work .task, .work .empty';

/** The first page: the door for a stranger, my work for somebody who is signed in; with nothing kept, and again. */
async function first(chromium) {
  const cookie = await signIn('agent01');
  for (const line of Object.keys(LINES)) {
    const found = { door: [], work: [], again: [] };
    const bytes = {};
    for (let round = 0; round < ROUNDS; round += 1) {
      const stranger = await device(chromium, { line, slow: SLOWER });
      const door = await stranger.visit('/', '.door form input');
      found.door.push(door.usable_ms);
      bytes.door = door.bytes;
      await stranger.close();
      const known = await device(chromium, { line, slow: SLOWER, cookie });
      const work = await known.visit('/', WORK);
      found.work.push(work.usable_ms);
      bytes.work = work.bytes;
      await work.page.close();
      found.again.push((await known.visit('/', WORK)).usable_ms);
      await known.close();
    }
    const target = line === 'fast 3G' ? '< 1500' : '';
    tell(`sign-in page usable, ${line}, cold`, median(found.door), 'ms', target);
    tell(`my work usable, ${line}, cold, signed in`, median(found.work), 'ms', target);
    tell(`my work usable, ${line}, warm`, median(found.again), 'ms', target);
    if (line !== 'fast 3G') continue;
    tell('scripts of the sign-in page', bytes.door.Script / 1024, 'KB', '< 350');
    tell('scripts of my work', bytes.work.Script / 1024, 'KB', '< 350');
    tell('everything until my work is usable', bytes.work.all / 1024, 'KB');
  }
}

/** From pressing an entry of the menu until its content is painted. */
async function later(chromium) {
  const known = await device(chromium, { cookie: await signIn('admin') });
  const { page } = await known.visit('/', '.main h1');
  await page.waitForTimeout(2 * LOOK_MS);
  const paths = await page.locator('.side a.place').evaluateAll((all) => all.map((it) => it.getAttribute('href')));
  const times = {};
  // One does not go to where one is: a round ends where the next does not begin.
  const first = new URL(page.url()).pathname;
  const round = [...paths.filter((it) => it !== first), first].filter((it) => paths.includes(it));
  for (let at = 0; at < ROUNDS; at += 1) {
    for (const path of round) {
      const link = page.locator(`.side a.place[href="${path}"]`);
      await link.hover();
      const took = await link.evaluate(
        (link, max_ms) =>
          new Promise((done, fail) => {
            const begun = performance.now();
            const before = document.querySelector('.main h1');
            const look = () => {
              const main = document.querySelector('.main');
              const there = main.querySelector('h1') && main.querySelector('h1') !== before && !main.querySelector('.loading');
              if (there) setTimeout(() => done(performance.now() - begun));
              else if (performance.now() - begun > max_ms) fail(new Error(`${link.href} does not come`));
              else requestAnimationFrame(look);
            };
            link.click();
            requestAnimationFrame(look);
          }),
        WAIT_MS_MAX,
      );
      if (!times[path]) times[path] = [];
      times[path].push(took);
      await page.waitForTimeout(LOOK_MS / 10);
    }
  }
  await known.close();
  for (const [path, all] of Object.entries(times)) {
    tell(`${path.replace('/console', '')} after a click, first and median of ${ROUNDS}: first`, all[0], 'ms', '< 200');
    tell(`${path.replace('/console', '')} after a click, first and median of ${ROUNDS}: median`, median(all), 'ms', '< 200');
  }
}

/** Through long lists page by page: how long until the next rows are there, and the longest the page was deaf. */
async function paging(chromium) {
  const cookie = await signIn('admin');
  for (const path of ['/cases?view=all', '/evaluations', '/customers']) {
    const known = await device(chromium, { cookie });
    const { page } = await known.visit(path, 'tbody tr');
    const times = [];
    await page.evaluate(() => { window.tasks = []; });
    for (let step = 0; step < PAGES; step += 1) {
      const took = await page.evaluate(
        (max_ms) =>
          new Promise((done, fail) => {
            const rows = () => document.querySelector('.table tbody').innerText;
            const before = rows();
            const begun = performance.now();
            const look = () => {
              if (rows() !== before) setTimeout(() => done(performance.now() - begun));
              else if (performance.now() - begun > max_ms) fail(new Error(`the next page of ${location.href} does not come`));
              else requestAnimationFrame(look);
            };
            [...document.querySelectorAll('.pager nav a')].at(-1).click();
            look();
          }),
        WAIT_MS_MAX,
      );
      times.push(took);
    }
    tell(`${path}: next page, median of ${PAGES}`, median(times), 'ms', '< 200');
    tell(`${path}: next page, worst of ${PAGES}`, Math.max(...times));
    tell(`${path}: longest task while paging`, Math.max(0, ...(await page.evaluate(() => window.tasks.map((it) => it.took)))));
    await known.close();
  }
}

/** Somebody types while the overview of a year is there with its chart, on a slow device. */
async function typing(chromium) {
  const known = await device(chromium, { cookie: await signIn('admin'), slow: SLOWER });
  const { page } = await known.visit('/overview?days=365', '.trend canvas');
  await page.locator('.find').click();
  await page.getByRole('dialog').getByRole('combobox').waitFor();
  await page.evaluate(() => { window.tasks = []; });
  await page.keyboard.type(TYPED, { delay: 40 });
  tell('longest task while typing beside the chart of a year', Math.max(0, ...(await page.evaluate(() => window.tasks.map((it) => it.took)))));
  await known.close();
}

const PARTS = { first, later, paging, typing };
const asked = process.argv.slice(2);
const chromium = await browser();
try {
  for (const part of asked.length > 0 ? asked : Object.keys(PARTS)) await PARTS[part](chromium);
} finally {
  await chromium.close();
}
