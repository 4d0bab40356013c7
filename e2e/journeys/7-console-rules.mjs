// The rules of the house are changed by hand, tried before they are kept, and seen by nobody who may not.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { browser } from '../lib/chromium.mjs';
import { apiOf, enter, expectFits, goTo, hire, troublesOf } from '../lib/console.mjs';
import { expectAccessible, screenshot } from '../lib/page.mjs';
import { start } from '../lib/server.mjs';

let chromium;
let server;
let admin;

before(async () => {
  chromium = await browser();
  server = await start();
  admin = await hire(server, { role: 'administrator', login: 'lin', name: '林远' });
});

after(async () => {
  await chromium?.close();
  await server?.stop();
});

/** The pages of the rules. */
const PAGES = {
  roles: '/settings/roles',
  skills: '/settings/skills',
  trees: '/settings/trees',
  scripts: '/settings/scripts',
  templates: '/settings/templates',
  imports: '/settings/imports',
};

for (const [language, width] of [['zh-CN', 1440], ['en', 390]]) {
  test(`the pages of the rules are usable by everybody, ${language}, ${width} px`, async () => {
    const visit = await enter(chromium, server, admin, { language, width });
    for (const [name, path] of Object.entries(PAGES)) {
      const title = `console-${name}-${language}-${width}`;
      await goTo(visit, server, path);
      await expectAccessible(visit, title);
      await expectFits(visit, title);
      await screenshot(visit.page, title);
    }
    assert.deepEqual(troublesOf(visit), []);
    await visit.close();
  });
}

test('a lunch break is given up: “due when?” answers by the draft before it is kept', async () => {
  const visit = await enter(chromium, server, admin);
  const { page } = visit;
  await goTo(visit, server, '/settings/calendars');
  await page.getByRole('region', { name: '标准工作时间' }).getByRole('button', { name: '编辑' }).click();
  await page.getByLabel('周一第 1 段结束').waitFor();
  // On a Monday at eleven, four hours are over at four with a lunch break, at three without.
  await page.getByLabel('从什么时候起').fill('2026-11-23 11:00');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: '算一算' }).click();
  await page.locator('.try .why-deadline', { hasText: '2026/11/23 16:00 到期' }).waitFor();
  await page.getByLabel('周一第 1 段结束').fill('18:00');
  await page.keyboard.press('Tab');
  await page.getByRole('button', { name: '周一删除第 2 段' }).click();
  await page.getByRole('button', { name: '周二至周五同周一' }).click();
  await page.getByRole('button', { name: '算一算' }).click();
  await page.locator('.try .why-deadline', { hasText: '2026/11/23 15:00 到期' }).waitFor();
  await expectAccessible(visit, 'console-calendar-edit');
  await screenshot(page, 'console-calendar-edit-zh-CN-1440');
  await page.getByRole('button', { name: '保存' }).click();
  await page.getByText('现在是第 2 版').waitFor();
  const office = (await server.api('GET', '/calendars')).find((it) => it.name['zh-CN'] === '标准工作时间');
  assert.deepEqual(office.calendar.week.friday, [{ start: '09:00', end: '18:00' }]);
  assert.deepEqual(troublesOf(visit), []);
  await visit.close();
});

test('a promise is made shorter: the draft names the cases it would change, and a fault stands at its field', async () => {
  const complaint = { kind: 'complaint', channel: 'phone', said: '等了一个小时没人接' };
  await server.api('PUT', `/cases/${crypto.randomUUID()}`, complaint);
  const visit = await enter(chromium, server, admin);
  const { page } = visit;
  await goTo(visit, server, '/settings/policies');
  await page.getByRole('button', { name: '编辑' }).click();
  const rule = page.locator('.policy-rule', { hasText: '投诉' }).last();
  await rule.locator('.policy-rule-open').click();
  await page.getByLabel('首次响应：多少').fill('1');
  // Without a name in any language it cannot be kept, and says so where the name is.
  await page.getByRole('region', { name: '规则' }).getByLabel('中文名称').fill('');
  await page.getByRole('region', { name: '规则' }).getByLabel('英文名称').fill('');
  await page.getByRole('button', { name: '保存' }).click();
  await page.getByRole('region', { name: '规则' }).locator('.field-fault').waitFor();
  await page.getByRole('region', { name: '规则' }).getByLabel('中文名称').fill('投诉（加急）');
  await page.getByRole('region', { name: '规则' }).getByRole('button', { name: '关闭' }).click();
  await page.getByRole('button', { name: '对比' }).click();
  await page.getByText('1 张工单中，1 张的承诺会变。').waitFor();
  assert.match(await page.locator('.trial-cases').innerText(), /首次响应 2 小时 → .*1 小时/s);
  await expectAccessible(visit, 'console-policy-edit');
  await expectFits(visit, 'console-policy-edit');
  await screenshot(page, 'console-policy-edit-zh-CN-1440');
  await page.getByRole('button', { name: '保存' }).click();
  await page.getByText('现在是第 2 版').waitFor();
  const { promises } = await server.api('POST', '/policies/preview', { kind: 'complaint', priority: 'normal' });
  assert.deepEqual(promises[0].target, { elapsed: { seconds: 3600 } });
  // The one refused save is what was asked for.
  assert.deepEqual(troublesOf(visit).filter((it) => !it.includes('422')), []);
  await visit.close();
});

/** Where each role may go, and the parts of the settings it has. */
const ROLES = {
  administrator: { has: ['设置', '总览'], parts: ['员工与团队', '角色', '审计'], lacks: [] },
  manager: { has: ['设置', '总览'], parts: ['工作日历', '导入'], lacks: ['角色'] },
  supervisor: { has: ['我的工作', '设置'], parts: ['技能与班次'], lacks: ['角色', '导入', '接口密钥'] },
  agent: { has: ['我的工作', '工单'], parts: null, lacks: [] },
  viewer: { has: ['总览'], parts: null, lacks: [] },
};

test('each role sees only what it may, and is refused the rest by the server', async () => {
  for (const [role, { has, parts, lacks }] of Object.entries(ROLES)) {
    const who = await hire(server, { role, login: `her-${role}`, name: role });
    const visit = await enter(chromium, server, who);
    const places = await visit.page.locator('.side .place').allInnerTexts();
    for (const it of has) assert.ok(places.includes(it), `${role} has ${it}: ${places.join()}`);
    assert.equal(places.includes('设置'), parts !== null, `${role}: ${places.join()}`);
    if (parts) {
      await goTo(visit, server, '/settings');
      const tabs = await visit.page.getByRole('navigation', { name: '设置' }).getByRole('link').allInnerTexts();
      for (const it of parts) assert.ok(tabs.includes(it), `${role} has ${it}: ${tabs.join()}`);
      for (const it of lacks) assert.ok(!tabs.includes(it), `${role} lacks ${it}: ${tabs.join()}`);
    }
    await visit.close();
    if (['administrator', 'manager'].includes(role)) continue;
    const api = await apiOf(server, who);
    await assert.rejects(api('GET', '/imports'), /403/, role);
    await assert.rejects(api('PUT', '/settings/credit', {}), /403/, role);
  }
});
