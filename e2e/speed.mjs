// How fast the console is: of a server at SPEED_AT with the demo company, signed in as SPEED_LOGIN. Slow devices are the browser's own: 4 times slower script, "fast 3G". Prints one JSON line.
// Run by `cargo xtask bench console`.

import { browser } from './lib/chromium.mjs';

const AT = process.env.SPEED_AT ?? 'http://127.0.0.1:8400';
const WHO = { tenant: 'demo', login: process.env.SPEED_LOGIN ?? 'manager', password: 'huisheng-demo' };
/** As browsers' own tools define it: 1.6 Mbit/s down, 750 kbit/s up, 562.5 ms before each answer. */
const FAST_3G = { offline: false, latency: 562.5, downloadThroughput: (1.6 * 1024 * 1024) / 8 * 0.9, uploadThroughput: (750 * 1024) / 8 * 0.9 };
const SLOWER = 4;
const ROUNDS = 3;
const TYPED = 'The refund has not arrived yet, please look after it today. ';

const median = (all) => [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)];

async function signIn() {
  const reply = await fetch(`${AT}/api/v1/session`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(WHO),
  });
  if (reply.status !== 204) throw new Error(`cannot sign in: ${reply.status} ${await reply.text()}`);
  const [name, value] = reply.headers.get('set-cookie').split(';')[0].split('=');
  return { name, value, url: AT };
}

/** A browser that has never been here; `slow` as a cheap phone on a train. */
async function visit(chromium, { cookie, slow = false } = {}) {
  const context = await chromium.newContext({ locale: 'zh-CN', viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
  if (cookie) await context.addCookies([cookie]);
  const page = await context.newPage();
  const tools = await context.newCDPSession(page);
  await tools.send('Network.enable');
  if (slow) {
    await tools.send('Network.emulateNetworkConditions', FAST_3G);
    await tools.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
  }
  let scripts = 0;
  const kinds = new Map();
  tools.on('Network.responseReceived', ({ requestId, type }) => kinds.set(requestId, type));
  tools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (kinds.get(requestId) === 'Script') scripts += encodedDataLength;
  });
  return { page, tools, scripts: () => scripts, close: () => context.close() };
}

/** From asking for the address until the thing is there and two frames in a row were drawn on time. */
async function until(page, path, selector) {
  const begun = performance.now();
  await page.goto(`${AT}/console${path}`, { waitUntil: 'commit' });
  await page.locator(selector).first().waitFor();
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  return performance.now() - begun;
}

async function firstPage(chromium, cookie) {
  const door = [];
  const work = [];
  let bytes = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const stranger = await visit(chromium, { slow: true });
    door.push(await until(stranger.page, '/', 'form input'));
    await stranger.close();
    const known = await visit(chromium, { cookie, slow: true });
    work.push(await until(known.page, '/evaluations', 'tbody tr'));
    bytes = known.scripts();
    await known.close();
  }
  return { door_ms: median(door), first_list_ms: median(work), first_scripts_kb: bytes / 1024 };
}

/** Pages as one goes from one to the next, each the second time and the first. */
async function laterPages(chromium, cookie) {
  const { page, close } = await visit(chromium, { cookie });
  await until(page, '/evaluations', 'tbody tr');
  // Somebody looks at a list for a moment before going on.
  await page.waitForTimeout(3000);
  const places = ['/cases', '/customers', '/forms', '/evaluations', '/ledgers/suggestions', '/cases', '/evaluations'];
  const times = {};
  for (const path of places) {
    const link = page.locator(`.side a[href="/console${path}"]`);
    await link.hover();
    const took = await page.evaluate((path) => new Promise((done) => {
      const begun = performance.now();
      const before = document.title;
      const look = () => {
        const there = document.title !== before && document.querySelector('.main h1') && document.querySelector('.main tbody tr, .main .empty');
        if (there) done(performance.now() - begun);
        else requestAnimationFrame(look);
      };
      document.querySelector(`.side a[href="/console${path}"]`).click();
      look();
    }), path);
    times[path] = times[path] === undefined ? [took] : [...times[path], took];
    await page.waitForTimeout(400);
  }
  await close();
  const all = Object.values(times).flat();
  return { later_median_ms: median(all), later_worst_ms: Math.max(...all) };
}

/** Through a long list, page by page: how long each takes, and how long the page was deaf. */
async function paging(chromium, cookie, steps = 20) {
  const { page, close } = await visit(chromium, { cookie });
  await until(page, '/evaluations', 'tbody tr');
  const times = [];
  for (let step = 0; step < steps; step += 1) {
    const first = await page.locator('tbody tr').first().innerText();
    const begun = performance.now();
    await page.locator('.pager nav a', { hasText: '下一页' }).click();
    await page.waitForFunction((first) => document.querySelector('tbody tr')?.innerText !== first, first);
    times.push(performance.now() - begun);
  }
  await close();
  return { paging_median_ms: median(times), paging_worst_ms: Math.max(...times) };
}

/** The overview of a year is drawn, charts and all, while somebody types: the longest time the page was deaf. */
async function typing(chromium, cookie) {
  const { page, tools, close } = await visit(chromium, { cookie });
  await tools.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
  await page.addInitScript(() => {
    window.tasks = [];
    new PerformanceObserver((list) => { for (const it of list.getEntries()) window.tasks.push(it.duration); }).observe({ type: 'longtask' });
  });
  await until(page, '/overview?days=365&split=staff', '.tile');
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').waitFor();
  await page.evaluate(() => { window.tasks = []; });
  await page.keyboard.type(TYPED, { delay: 40 });
  const tasks = await page.evaluate(() => window.tasks);
  await close();
  return { typing_longest_task_ms: Math.max(0, ...tasks) };
}

const chromium = await browser();
try {
  const cookie = await signIn();
  const found = {
    ...(await firstPage(chromium, cookie)),
    ...(await laterPages(chromium, cookie)),
    ...(await paging(chromium, cookie)),
    ...(await typing(chromium, cookie)),
  };
  console.log(JSON.stringify(found));
} finally {
  await chromium.close();
}
