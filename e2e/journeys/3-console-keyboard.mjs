// The console without a mouse: what changes something, from the first Tab to the word that it was done.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { browser } from '../lib/chromium.mjs';
import { enter, goTo, hire, troublesOf } from '../lib/console.mjs';
import { publishForm, until } from '../lib/house.mjs';
import { choose, expectHeld, pressOn, tabTo } from '../lib/keys.mjs';
import { start } from '../lib/server.mjs';

let chromium;
let server;
let visit;
let page;
let team;
let form;
/** Another system, which refuses nothing. */
const listener = createServer((_, reply) => reply.writeHead(204).end());

before(async () => {
  chromium = await browser();
  server = await start({ HUISHENG_WEBHOOKS_TO_PRIVATE_ADDRESSES: 'true' });
  listener.listen(0, '127.0.0.1');
  form = await publishForm(server.api);
  team = crypto.randomUUID();
  await server.api('PUT', `/teams/${team}`, { name: '华东组' });
  await hire(server, { role: 'agent', login: 'chen', name: '陈晓', team });
  const admin = await hire(server, { role: 'administrator', login: 'lin', name: '林远', team });
  visit = await enter(chromium, server, admin);
  page = visit.page;
});

after(async () => {
  await chromium?.close();
  await server?.stop();
  listener.close();
});

const button = (name, more = {}) => page.getByRole('button', { name, exact: true, ...more });
const field = (name) => page.getByLabel(name, { exact: true });

async function openCase(said, fields = {}) {
  const id = crypto.randomUUID();
  await server.api('PUT', `/cases/${id}`, { kind: 'issue', channel: 'phone', said, ...fields });
  return id;
}

test('a case is given to somebody else', async () => {
  const id = await openCase('安装师傅一直没有来');
  const staff = await server.api('GET', '/staff');
  const [from, to] = ['chen', 'lin'].map((login) => staff.find((it) => it.login === login));
  // The house gives it to one of the two by itself.
  const { owner } = await server.api('GET', `/cases/${id}`);
  const other = owner === from.id ? to : from;
  await goTo(visit, server, `/cases/${id}`);
  await pressOn(page, page.locator('.more-summary'));
  await pressOn(page, button('转交'));
  const move = page.getByRole('form', { name: '转交' });
  await move.waitFor();
  await expectHeld(page, 'the form opened');
  // Escape leaves everything as it was, and the hand where it began.
  await page.keyboard.press('Escape');
  await move.waitFor({ state: 'detached' });
  await expectHeld(page, 'the form was left');
  assert.equal(await page.locator('.more-summary').and(page.locator(':focus')).count(), 1);
  await page.keyboard.press('t');
  await choose(page, field('交给谁？不选则进入团队队列'), other.name);
  await tabTo(page, field('原因'));
  await page.keyboard.insertText('熟悉这款机型');
  await page.keyboard.press('Enter');
  await page.getByText('已转交。').waitFor();
  await expectHeld(page, 'the case was given away');
  assert.equal((await server.api('GET', `/cases/${id}`)).owner, other.id);
});

test('a label is corrected and taken back', async () => {
  const id = await openCase('发票抬头开错了');
  await goTo(visit, server, `/cases/${id}`);
  const priority = async () => (await server.api('GET', `/cases/${id}`)).priority;
  const before = await priority();
  await pressOn(page, page.locator('.labels-open'));
  await choose(page, field('优先级'), '紧急');
  await page.getByText('标签已更正。').waitFor();
  await expectHeld(page, 'a label was corrected');
  assert.equal(await priority(), 'urgent');
  await page.keyboard.press('Control+z');
  await until('the priority as it was', async () => (await priority()) === before);
  await page.keyboard.press('Escape');
  await expectHeld(page, 'the labels were closed');
});

test('several cases are corrected together and taken back', async () => {
  for (const at of [1, 2]) await openCase(`滤芯第 ${at} 次漏水`);
  await goTo(visit, server, '/cases?view=all&search=滤芯');
  await page.locator('tbody tr').nth(1).waitFor();
  assert.equal(await button('搜索').count(), 1, 'named in the reader’s language');
  for (const key of ['j', 'x', 'j', 'x']) await page.keyboard.press(key);
  await choose(page, field('要做什么'), '类型改为');
  await choose(page, field('类型改为'), '建议');
  await pressOn(page, button('执行'));
  await page.getByText('已更正 2 件。').waitFor();
  await expectHeld(page, 'cases were corrected');
  const count = async () => (await server.api('GET', '/cases?kind=suggestion')).items.length;
  assert.equal(await count(), 2);
  await page.keyboard.press('Control+z');
  await until('the kinds as they were', async () => (await count()) === 0);
  await expectHeld(page, 'it was taken back');
});

test('a policy is changed and kept', async () => {
  await goTo(visit, server, '/settings/policies');
  await pressOn(page, button('编辑').first());
  await field('中文名称').waitFor();
  await expectHeld(page, 'the policy opened');
  // What is moved keeps the hand on it.
  const second = page.locator('.policy-rule').nth(1);
  await pressOn(page, page.locator('.policy-rule').first().getByRole('button', { name: '下移' }));
  await until('the hand on what was moved', () => second.getByRole('button', { name: '下移' }).and(page.locator(':focus')).count());
  await pressOn(page, second.getByRole('button', { name: '上移' }), { back: true });
  await pressOn(page, page.locator('.policy-rule-open').last());
  await expectHeld(page, 'the rule opened');
  const amount = field('首次响应：多少');
  await tabTo(page, amount);
  await page.keyboard.press('Control+a');
  await page.keyboard.type('3');
  await pressOn(page, page.getByRole('region', { name: '规则' }).getByRole('button', { name: '关闭' }), { back: true });
  await expectHeld(page, 'the rule closed');
  await pressOn(page, button('保存'), { back: true });
  await page.getByText('现在是第 2 版').waitFor();
  await expectHeld(page, 'the policy was kept');
});

test('a calendar is changed and kept', async () => {
  await goTo(visit, server, '/settings/calendars');
  await pressOn(page, page.getByRole('region', { name: '标准工作时间' }).getByRole('button', { name: '编辑' }));
  await field('周一第 1 段结束').waitFor();
  await expectHeld(page, 'the calendar opened');
  await tabTo(page, field('周一第 1 段开始'));
  await page.keyboard.press('Control+a');
  await page.keyboard.type('8:30');
  await tabTo(page, field('周一第 1 段结束'));
  await pressOn(page, button('周一删除第 2 段'));
  await expectHeld(page, 'a stretch was taken out');
  await pressOn(page, button('周二至周五同周一'), { back: true });
  // Of the year only one day is on the way; the arrows go to the others.
  await tabTo(page, page.locator('button.year-day'));
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await page.locator('.own-day').waitFor();
  await expectHeld(page, 'a day was closed');
  await tabTo(page, page.getByRole('form', { name: '何时到期？' }).getByRole('button', { name: '算一算' }));
  await pressOn(page, button('保存'), { back: true });
  await page.getByText('现在是第 2 版').waitFor();
  await expectHeld(page, 'the calendar was kept');
  const office = (await server.api('GET', '/calendars')).find((it) => it.name['zh-CN'] === '标准工作时间');
  assert.equal(office.calendar.week.friday[0].start, '08:30');
});

test('two files of one customer become one', async () => {
  const [one, other] = [crypto.randomUUID(), crypto.randomUUID()];
  await server.api('PUT', `/customers/${one}`, { name: '邓艳杰', phone: '13800001111' });
  await server.api('PUT', `/customers/${other}`, { name: '邓女士', phone: '13800001111' });
  await goTo(visit, server, `/customers/${other}`);
  await pressOn(page, button('并入'));
  await page.getByText('已并入邓艳杰的档案。').waitFor();
  await page.getByRole('heading', { level: 1, name: '邓艳杰' }).waitFor();
  await expectHeld(page, 'the files were joined');
});

test('a form is changed and published', async () => {
  await goTo(visit, server, `/forms/${form.id}`);
  await page.locator('.questions > li').first().waitFor();
  await tabTo(page, page.locator('.questions').getByLabel('题目 zh-CN').first());
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText('您觉得这次服务怎么样？');
  await page.getByText('草稿已保存').waitFor();
  await pressOn(page, button('发布'), { back: true });
  await page.locator('.publish').waitFor();
  await expectHeld(page, 'what changes is shown');
  await pressOn(page, button('发布第 2 版'));
  await page.getByText('第 2 版已发布').first().waitFor();
  await expectHeld(page, 'the form was published');
});

test('a key is made and revoked', async () => {
  await goTo(visit, server, '/settings/keys');
  await pressOn(page, button('新建密钥'));
  await tabTo(page, field('名称'));
  await page.keyboard.insertText('客户系统');
  await choose(page, field('可以做什么'), 'customers:read');
  await page.keyboard.press('Escape');
  await pressOn(page, button('保存'));
  await page.locator('.secret').waitFor();
  await expectHeld(page, 'the key was made');
  await pressOn(page, page.locator('.secret').getByRole('button', { name: '关闭' }));
  await expectHeld(page, 'the secret was put away');
  await pressOn(page, button('作废'));
  await page.getByText('“客户系统”已作废。').waitFor();
  await expectHeld(page, 'the key was revoked');
  assert.ok((await server.api('GET', '/api-keys'))[0].revoked);
});

test('what did not reach another system is sent again', async () => {
  const id = crypto.randomUUID();
  const hook = { url: `http://127.0.0.1:${listener.address().port}/`, events: ['*'], active: true };
  await server.api('PUT', `/webhooks/${id}`, hook);
  await openCase('告诉别的系统');
  const ended = async () => (await server.api('GET', `/webhooks/${id}/deliveries`)).items.filter((it) => it.ended);
  await until('a delivery', async () => (await ended()).length > 0, 30_000);
  await goTo(visit, server, '/settings/webhooks');
  await pressOn(page, button('查看记录'));
  await pressOn(page, button('再发一次').first());
  await page.getByText('已重新排队。').waitFor();
  await expectHeld(page, 'it is sent again');
  assert.deepEqual(troublesOf(visit), []);
});
