// The loop through the console: one star on a phone, taken up, corrected and told by people at their screens,
// five stars after; the manager's page, open all the while, says so without being loaded again. And a server
// that goes away and comes back while somebody writes takes nothing from them.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { browser } from '../lib/chromium.mjs';
import { enter, goTo, hire, troublesOf } from '../lib/console.mjs';
import { served, until } from '../lib/house.mjs';
import { expectAccessible, open, screenshot } from '../lib/page.mjs';
import { start, TENANT } from '../lib/server.mjs';

const SAID = '我要投诉！退款申请提交一个多星期了还没有到账，每次打电话都说在处理。';
const SOLUTION = '退款今天 18:00 前到账，财务已改为当天复核。';

let chromium;
let server;
let agent;
let lead;
let manager;

before(async () => {
  chromium = await browser();
  server = await start();
  const team = crypto.randomUUID();
  await server.api('PUT', `/teams/${team}`, { name: '华东组' });
  agent = await hire(server, { role: 'agent', login: 'chen', name: '陈晓', team });
  lead = await hire(server, { role: 'supervisor', login: 'zhao', name: '赵敏', team });
  // Complaints are for who works on them; the lead verifies.
  await server.api('PUT', `/skills/${lead.id}`, { kinds: ['praise'], categories: [], capacity: null, shift: null, away_until: null });
  manager = await hire(server, { role: 'manager', login: 'gao', name: '高远' });
});

after(async () => {
  await chromium?.close();
  await server?.stop();
});

/** Chooses in a list of the component library, by the words of the option. */
async function choose(page, label, option) {
  await page.getByLabel(label, { exact: true }).click();
  const list = page.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden)');
  await list.locator('.ant-select-item-option', { hasText: option }).first().click();
}

test('one star on a phone, corrected at the desk, five stars after: the manager’s figures change before her eyes', async () => {
  const { invited } = await served(server);
  // Opened now and not loaded again until the end.
  const hers = await enter(chromium, server, manager);
  await goTo(hers, server, '/overview?days=7');
  await hers.page.locator('.tile').first().waitFor();
  await hers.page.evaluate(() => { window.still = true; });
  const tile = (name) => hers.page.getByRole('region', { name, exact: true });

  const customer = await open(chromium);
  await customer.page.goto(invited);
  await customer.page.locator('label:has([name="a.overall"][value="1"])').click();
  await customer.page.locator('textarea').last().fill(SAID);
  await customer.page.locator('button[type=submit]').click();
  await customer.page.waitForURL(/\/p\//);
  await tile('满意度').getByText('0 / 1').waitFor();

  // At the desk: taken up, answered, the cause named, the correction planned and done.
  const desk = await enter(chromium, server, agent);
  const { page } = desk;
  const task = page.locator('.task', { hasText: '退款申请' });
  await task.getByRole('button', { name: '受理' }).click();
  await page.getByText('已受理').first().waitFor();
  await task.getByRole('link').first().click();
  await page.locator('.case-head').waitFor();
  await page.locator('#composer').fill('您好，我是陈晓。已看到您说的情况，今天内给您答复。');
  await page.keyboard.press('Control+Enter');
  await customer.page.getByText('今天内给您答复').waitFor();
  await tile('承诺守时率').getByText(/[1-9] \/ \d/).waitFor();
  await page.getByLabel('为什么会发生？').fill('财务复核积压');
  await page.getByRole('button', { name: '记录原因' }).click();
  await page.getByLabel('为客户做了什么？').fill(SOLUTION);
  await page.getByRole('button', { name: '记为已解决' }).click();
  await page.getByLabel('要改什么？').fill('退款复核改为当天完成');
  await page.getByLabel('期限').fill('2099-12-31');
  // Enter takes the day and sends the plan.
  await page.keyboard.press('Enter');
  await page.locator('.step', { hasText: '整改措施' }).locator('summary').first().click();
  await page.getByLabel('落实结果').fill('已改，今天的退款都已复核');
  await page.getByRole('button', { name: '整改完成' }).click();
  await page.getByText('等待他人验证。', { exact: true }).waitFor();
  await page.locator('#composer').fill('等主管验证');

  // Another person verifies; who has the case open is told, and keeps what was being written.
  const other = await enter(chromium, server, lead);
  await goTo(other, server, new URL(page.url()).pathname.replace('/console', ''));
  await other.page.locator('.step', { hasText: '整改措施' }).locator('summary').first().click();
  await other.page.getByRole('button', { name: '验证通过' }).click();
  await other.page.locator('.promise-kept', { hasText: '已验证' }).waitFor();
  assert.deepEqual(troublesOf(other), []);
  await other.close();
  await page.locator('.composer-other', { hasText: '赵敏更新了这张工单' }).waitFor();
  assert.equal(await page.locator('#composer').inputValue(), '等主管验证');
  await screenshot(page, 'console-case-updated-zh-CN-1440');
  await expectAccessible(desk, 'case that somebody else updated');
  await page.locator('#composer').fill('');
  await page.getByLabel('告诉客户结果').fill(SOLUTION);
  await page.getByRole('button', { name: '告知客户' }).click();

  // Asked again on the phone, which was open all the time.
  await customer.page.getByText(SOLUTION).first().waitFor();
  await customer.page.getByRole('button', { name: '再次评价' }).click();
  await customer.page.locator('label:has([name="a.overall"][value="5"])').click();
  await customer.page.locator('button[type=submit]').click();
  await customer.page.waitForURL(/\/p\//);
  assert.deepEqual(customer.troubles, []);
  await customer.close();
  // With everything on record the case closes by itself, at the desk and on the manager's page.
  await page.locator('.case-head .tag-closed').waitFor();
  assert.deepEqual(troublesOf(desk), []);
  await desk.close();
  await hers.page.locator('.other', { hasText: '投诉闭环率' }).getByText('1/1').waitFor();
  assert.equal(await hers.page.evaluate(() => window.still), true);
  assert.deepEqual(troublesOf(hers), []);
  await screenshot(hers.page, 'console-overview-live-zh-CN-1440');
  await hers.close();
});

/** What a page says of a server that is away, and nothing else. */
const isAway = (it) => /net::ERR_|Failed to load resource/.test(it);

test('the server goes away while a customer writes and comes back: nothing typed is lost', async () => {
  const { page, troubles, close } = await open(chromium);
  await page.goto(`${server.at}/f/${TENANT}/standard`);
  await page.locator('label:has([name="a.overall"][value="2"])').click();
  await page.locator('textarea').last().fill('写到一半，服务器重启了');
  await server.pause();
  await page.locator('button[type=submit]').click();
  await page.waitForURL(/chrome-error/);
  await server.resume();
  await page.goto(`${server.at}/f/${TENANT}/standard`);
  assert.equal(await page.locator('textarea').last().inputValue(), '写到一半，服务器重启了');
  assert.equal(await page.locator('[name="a.overall"]:checked').getAttribute('value'), '2');
  await page.locator('button[type=submit]').click();
  await page.waitForURL(/\/p\//);
  assert.match(await page.locator('main').innerText(), /写到一半，服务器重启了/);
  assert.deepEqual(troubles.filter((it) => !isAway(it)), []);
  await close();
});

test('the server goes away while the team writes and comes back: nothing typed is lost', async () => {
  const visit = await enter(chromium, server, manager);
  const { page } = visit;
  const { items } = await server.api('GET', '/cases?sort=opened');
  await goTo(visit, server, `/cases/${items[0].id}`);
  await page.keyboard.press('n');
  await page.keyboard.insertText('写到一半');
  await server.pause();
  await page.keyboard.press('Control+Enter');
  await page.getByText('连不上服务器').first().waitFor();
  assert.equal(await page.locator('#composer').inputValue(), '写到一半');
  await server.resume();
  await page.locator('#composer').focus();
  await page.keyboard.press('Control+Enter');
  await page.locator('.entry-note', { hasText: '写到一半' }).waitFor();

  // A form's draft: what could not be kept is kept when there is somebody to keep it.
  const forms = await server.api('GET', '/forms');
  const form = forms.find((it) => it.key === 'standard');
  await goTo(visit, server, `/forms/${form.id}`);
  await page.getByText('草稿已保存').waitFor();
  await server.pause();
  await page.getByLabel('名称 zh-CN').fill('重启之间的名字');
  const again = page.getByRole('button', { name: '保存草稿' });
  await again.waitFor();
  await server.resume();
  await again.click();
  await page.getByText('草稿已保存').waitFor();
  await page.reload();
  await until('the name', async () => (await page.getByLabel('名称 zh-CN').inputValue()) === '重启之间的名字');
  assert.deepEqual(troublesOf(visit).filter((it) => !isAway(it)), []);
  await visit.close();
});

test('a part that cannot be fetched costs nothing that was typed on the page', async () => {
  const visit = await enter(chromium, server, manager);
  const { page } = visit;
  const { items } = await server.api('GET', '/cases?sort=opened');
  await page.route(/assets\/(Jump|Warm)-/, (it) => it.abort());
  await goTo(visit, server, `/cases/${items[0].id}`);
  await page.keyboard.press('n');
  await page.keyboard.insertText('先写着');
  await page.keyboard.press('Control+k');
  await page.getByText('没有加载下来').waitFor();
  assert.equal(await page.locator('#composer').inputValue(), '先写着');
  assert.deepEqual(troublesOf(visit).filter((it) => !isAway(it)), []);
  await visit.close();
});
