// What a page shows when things are not as they should be: no network, no permission, a busy server, somebody else
// who was faster, and a company that has nothing yet.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { browser } from '../lib/chromium.mjs';
import { enter, expectFits, goTo, hire } from '../lib/console.mjs';
import { until } from '../lib/house.mjs';
import { expectAccessible, screenshot } from '../lib/page.mjs';
import { start } from '../lib/server.mjs';

let chromium;
let server;
let visit;
let page;

before(async () => {
  chromium = await browser();
  server = await start();
  const admin = await hire(server, { role: 'administrator', login: 'lin', name: '林远' });
  visit = await enter(chromium, server, admin);
  page = visit.page;
});

after(async () => {
  await chromium?.close();
  await server?.stop();
});

/** Has everything that is asked of this address answered so, until what is returned is called. */
async function answering(url, answer) {
  await page.route(url, answer);
  return () => page.unroute(url, answer);
}

const refusal = (status, code, title) => ({
  status,
  contentType: 'application/problem+json',
  body: JSON.stringify({ type: 'about:blank', status, code, title, errors: [] }),
});
const CUSTOMERS = /\/api\/v1\/customers(\?|$)/;

test('a company that has nothing yet says on each page what will appear there', async () => {
  for (const path of ['/evaluations', '/cases', '/customers', '/ledgers/complaints', '/ledgers/suggestions']) {
    await goTo(visit, server, path);
    await page.locator('.empty h2').first().waitFor();
    assert.equal(await page.locator('.empty[role=alert]').count(), 0, path);
  }
});

test('without permission a page says whose it is to give, and offers no retry that cannot help', async () => {
  const title = '您的角色没有这项权限：查看客户。';
  const back = await answering(CUSTOMERS, (route) => route.fulfill(refusal(403, 'forbidden', title)));
  await goTo(visit, server, '/customers');
  const said = page.locator('.empty[role=alert]');
  await said.getByText(title).waitFor();
  await said.getByText('请管理员').waitFor();
  assert.equal(await said.getByRole('button').count(), 0);
  await expectAccessible(visit, 'no permission');
  await back();
});

test('a busy server is asked again when it said so, with nobody pressing anything', async () => {
  let asked = 0;
  const back = await answering(CUSTOMERS, (route) => {
    asked += 1;
    const busy = refusal(503, 'busy', '此刻排队的请求较多，请在 3 秒后重试。');
    return asked === 1 ? route.fulfill({ ...busy, headers: { 'retry-after': '3' } }) : route.continue();
  });
  await page.goto(`${server.at}/console/customers`);
  await page.getByText('请在 3 秒后重试').waitFor();
  await page.getByText('恢复后会自动重新加载').waitFor();
  await page.getByRole('heading', { name: '没有客户' }).waitFor();
  assert.equal(asked, 2);
  await back();
});

test('without a network what was read stays, says of when it is, and comes back by itself', async () => {
  await server.api('PUT', `/customers/${crypto.randomUUID()}`, { name: '邓艳杰', phone: '13800001111' });
  await page.clock.install();
  await goTo(visit, server, '/customers');
  const row = page.locator('tbody tr', { hasText: '邓艳杰' });
  await row.waitFor();
  const back = await answering('**/api/v1/**', (route) => route.abort('internetdisconnected'));
  // The page asks who it is once a minute.
  await until('strip', async () => {
    await page.clock.fastForward(61_000);
    return (await page.locator('.stale').count()) > 0;
  });
  assert.equal(await row.count(), 1);
  await expectFits(visit, 'stale');
  await screenshot(page, 'console-stale-zh-CN-1440');
  await back();
  await until('recovery', async () => {
    await page.clock.fastForward(11_000);
    return (await page.locator('.stale').count()) === 0;
  });
  assert.equal(await row.count(), 1);
});

test('who saves second is told, and saves what was typed over what the first one did', async () => {
  await goTo(visit, server, '/settings/company');
  const minutes = page.getByLabel('合并几分钟内的提醒');
  await minutes.fill('7');
  const before = await server.api('GET', '/settings/notices');
  await server.api('PUT', '/settings/notices', { ...(before.value ?? before), window_minutes: 9 });
  await minutes.press('Enter');
  const card = page.locator('form', { has: minutes });
  await card.getByRole('alert').waitFor();
  assert.equal(await minutes.inputValue(), '7');
  await card.getByRole('button', { name: '载入最新内容，保留我改的' }).click();
  await card.getByRole('alert').waitFor({ state: 'detached' });
  assert.equal(await minutes.inputValue(), '7');
  await minutes.press('Enter');
  await until('both', async () => (await server.api('GET', '/settings/notices')).window_minutes === 7);
});

test('two people who add to one list at the same time have both added', async () => {
  await goTo(visit, server, '/settings/stages');
  await page.getByRole('button', { name: '添加阶段' }).click();
  const names = page.getByLabel('中文名称');
  await names.fill('等仓库核实');
  const theirs = { code: 'parts', of: 'in_progress', name: { 'zh-CN': '等配件' } };
  await server.api('PUT', '/settings/case_stages', { stages: [theirs] });
  await page.getByRole('button', { name: '保存' }).click();
  await page.getByRole('button', { name: '载入最新内容，保留我改的' }).click();
  await page.getByText('您改过的地方还在').waitFor();
  await page.getByRole('button', { name: '保存' }).click();
  const kept = async () => (await server.api('GET', '/settings/case_stages')).stages.map((it) => it.name['zh-CN']).sort();
  await until('both', async () => (await kept()).length === 2);
  assert.deepEqual(await kept(), ['等仓库核实', '等配件'].sort());
});

test('a draft that could not be sent is sent by itself once the network is back', async () => {
  const { id } = (await server.api('GET', '/forms')).find((it) => it.key === 'relationship');
  await goTo(visit, server, `/forms/${id}`);
  const title = page.getByLabel('名称 zh-CN').first();
  let tried = 0;
  const back = await answering(`**/api/v1/forms/${id}`, (route) => {
    if (route.request().method() !== 'PUT') return route.continue();
    tried += 1;
    return route.abort('internetdisconnected');
  });
  await title.fill('断网时写的');
  await until('attempt', async () => {
    await page.clock.fastForward(2_500);
    return tried > 0;
  });
  await back();
  await until('draft on the server', async () => {
    await page.clock.fastForward(11_000);
    return (await server.api('GET', `/forms/${id}`)).draft.title['zh-CN'] === '断网时写的';
  });
  assert.equal(await title.inputValue(), '断网时写的');
});
