// The watchers themselves: each must see the trouble it is there for, or the journeys prove nothing.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { browser } from '../lib/chromium.mjs';
import { bytesOnTheWire, expectAccessible, open } from '../lib/page.mjs';

const head = '<meta name="viewport" content="width=device-width"><title>页面</title>';
const good = `<!doctype html><html lang="zh-CN">${head}<main><h1>回声</h1><p>受理 <a href="/good">再来</a></p></main></html>`;
const pages = {
  '/good': good,
  '/unlabelled': good.replace('<p>', '<p><input type="text">'),
  '/wide': good.replace('<p>', '<p style="width: 700px">'),
  '/noisy': good.replace('<p>', '<script>console.error("oh"); missing()</script><img alt="" src="/none.png"><p>'),
};

let chromium;
let server;
let at;

before(async () => {
  chromium = await browser();
  server = createServer((request, response) => {
    const body = pages[request.url];
    const headers = { 'content-type': 'text/html; charset=utf-8', 'content-encoding': 'gzip' };
    response.writeHead(body || request.url === '/favicon.ico' ? 200 : 404, headers).end(gzipSync(body ?? ''));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  at = `http://127.0.0.1:${server.address().port}`;
});

after(async () => {
  await chromium?.close();
  server?.close();
});

for (const scripts of [true, false]) {
  test(`a good page has no findings, scripts ${scripts ? 'on' : 'off'}`, async () => {
    const visit = await open(chromium, { scripts });
    await visit.page.goto(`${at}/good`);
    await expectAccessible(visit, 'good');
    assert.deepEqual(visit.troubles, []);
    await visit.close();
  });

  test(`a field without a label is found, scripts ${scripts ? 'on' : 'off'}`, async () => {
    const visit = await open(chromium, { scripts });
    await visit.page.goto(`${at}/unlabelled`);
    await assert.rejects(expectAccessible(visit, 'unlabelled'), /label/);
    await visit.close();
  });
}

test('a page wider than the phone is found', async () => {
  const visit = await open(chromium, { width: 360 });
  await visit.page.goto(`${at}/wide`);
  await assert.rejects(expectAccessible(visit, 'wide'), /px wide on a screen of 360 px/);
  await visit.close();
});

test('console errors, script errors and missing pictures are seen', async () => {
  const { page, troubles, close } = await open(chromium);
  await page.goto(`${at}/noisy`);
  const kinds = new Set(troubles.map((it) => it.split(':')[0]));
  assert.deepEqual(kinds, new Set(['console', 'script', 'response']));
  await close();
});

test('Chinese is drawn, not boxes', async () => {
  const { page, close } = await open(chromium);
  await page.goto(`${at}/good`);
  // Letters without a glyph all look alike.
  const widths = await page.evaluate(() => {
    const draw = (text) => {
      const canvas = document.createElement('canvas');
      const context = canvas.getContext('2d');
      context.font = '40px sans-serif';
      context.fillText(text, 0, 50);
      return canvas.toDataURL();
    };
    return [draw('回'), draw('声'), draw('受')];
  });
  assert.equal(new Set(widths).size, 3);
  await close();
});

test('the weight of a page is counted as it travels', async () => {
  const { bytes, status, encoding } = await bytesOnTheWire(`${at}/good`, 'zh-CN');
  assert.deepEqual([bytes, status, encoding], [gzipSync(good).length, 200, 'gzip']);
});
