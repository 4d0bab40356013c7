// A page as a customer has it: watched for everything that a customer would not see but suffer from.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import axe from 'axe-core';

const SCREENSHOTS = join(import.meta.dirname, '../screenshots');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** In the page, from its first moment: what moved without anybody having pressed anything, and where. */
function watchShifts() {
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const it of list.getEntries()) {
      if (it.hadRecentInput) continue;
      const moved = it.sources.map(({ node, previousRect, currentRect }) => {
        const of = node instanceof Element ? node : node?.parentElement;
        const name = of ? `${of.localName}.${of.getAttribute('class') ?? ''}` : 'gone';
        const box = (at) => [at.x, at.y, at.width, at.height].map(Math.round).join(' ');
        return `${name} (${box(previousRect)} → ${box(currentRect)})`;
      });
      window.shifts.push({ value: it.value, moved });
    }
  }).observe({ type: 'layout-shift', buffered: true });
}

/** Cumulative layout shift that nobody notices; 0.1 is what is called good. */
const SHIFT_MAX = 0.05;

/** Fails where the page moved under its reader since it was opened. */
export async function expectStable({ page }, name) {
  const shifts = await page.evaluate(() => window.shifts);
  const sum = shifts.reduce((all, it) => all + it.value, 0);
  const said = shifts.map((it) => `${it.value.toFixed(3)}: ${it.moved.join(', ')}`).join('\n  ');
  assert.ok(sum <= SHIFT_MAX, `${name}: layout shift ${sum.toFixed(3)}\n  ${said}`);
}

/** Opens a page; `troubles` fills with what went wrong in it, `requests` with what it asked for. */
export async function open(browser, { language = 'zh-CN', width = 390, height = 844, scripts = true } = {}) {
  const device = {
    locale: language,
    viewport: { width, height },
    hasTouch: width < 600,
    reducedMotion: 'reduce',
  };
  const context = await browser.newContext({ ...device, javaScriptEnabled: scripts });
  const page = await context.newPage();
  if (scripts) await page.addInitScript(watchShifts);
  const troubles = [];
  const requests = [];
  page.on('console', (it) => ['error', 'warning'].includes(it.type()) && troubles.push(`console: ${it.text()}`));
  page.on('pageerror', (it) => troubles.push(`script: ${it.message}`));
  page.on('requestfailed', (it) => {
    // Leaving a page ends its stream of events; that is no failure.
    const ended = it.failure()?.errorText === 'net::ERR_ABORTED' && it.resourceType() === 'eventsource';
    if (!ended) troubles.push(`request: ${it.url()} ${it.failure()?.errorText}`);
  });
  page.on('response', (it) => it.status() >= 400 && troubles.push(`response: ${it.status()} ${it.url()}`));
  page.on('request', (it) => requests.push({ url: it.url(), kind: it.resourceType() }));
  return { page, troubles, requests, scripts, device, close: () => context.close() };
}

/**
 * axe needs scripts to run. A page without them is looked at through its twin: the same elements in a
 * page with scripts, its own scripts taken out and `noscript` opened.
 */
async function twin({ page, device }) {
  const html = (await page.content())
    .replace(/<script\b[^]*?<\/script>/gi, '')
    .replace(/<(\/?)noscript\b/gi, '<$1div');
  const context = await page.context().browser().newContext(device);
  const copy = await context.newPage();
  await copy.route('**', (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', body: html }));
  await copy.goto(page.url());
  return copy;
}

/** Fails with the findings of axe in words, or when the page is wider than the screen. */
export async function expectAccessible(visit, name) {
  const page = visit.scripts ? visit.page : await twin(visit);
  await page.evaluate(axe.source);
  const { violations, passes, needed, has } = await page.evaluate(async (rules) => {
    // A draft in its sandbox has an origin of its own, which axe cannot speak to from here; every other frame it enters.
    const context = { include: [document], exclude: [['iframe.preview-frame']] };
    const { violations, passes } = await window.axe.run(context, { runOnly: rules });
    const { scrollWidth: needed, clientWidth: has } = document.documentElement;
    return { violations, passes: passes.length, needed, has };
  }, RULES);
  if (page !== visit.page) await page.context().close();
  const found = violations.map((it) => `${it.id}: ${it.help}\n    ${it.nodes.map((n) => n.html).join('\n    ')}`);
  assert.deepEqual(found, [], `${name}: ${found.join('\n  ')}`);
  assert.ok(passes > 5, `${name}: axe looked at nothing`);
  assert.ok(needed <= has, `${name}: ${needed} px wide on a screen of ${has} px`);
}

/** Takes the whole page into `screenshots/`, for people to look at. */
export async function screenshot(page, name) {
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true });
}

/** How many bytes of body come over the wire for this address, compressed as the server does it. */
export function bytesOnTheWire(url, language) {
  const headers = { 'accept-encoding': 'br, gzip', 'accept-language': language, accept: 'text/html' };
  return new Promise((resolve, reject) => {
    request(url, { headers }, (response) => {
      let bytes = 0;
      response.on('data', (it) => { bytes += it.length; });
      response.on('end', () => resolve({ bytes, status: response.statusCode, encoding: response.headers['content-encoding'] }));
      response.on('error', reject);
    }).on('error', reject).end();
  });
}
