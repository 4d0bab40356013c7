// A new house is set up in a browser; two designers meet at one form; the draft is the real page on a phone;
// the company's own settings; what one arranged is there on another machine.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { browser } from '../lib/chromium.mjs';
import { enter, expectFits, goTo, hire, troublesOf } from '../lib/console.mjs';
import { expectAccessible, open, screenshot } from '../lib/page.mjs';
import { start, startEmpty } from '../lib/server.mjs';

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

test('from an empty database to the first day, with a demonstration', async () => {
  const house = await startEmpty();
  try {
    const [, link] = /(http\S+\/console\/setup#\S+)/.exec(house.printed());
    const visit = await open(chromium, { width: 1440, height: 1000 });
    const { page } = visit;
    // Whatever address one types, a new house is set up first.
    await page.goto(`${house.at}/`);
    await page.getByRole('heading', { name: '初始设置' }).waitFor();
    await page.goto('about:blank');
    await page.goto(link);
    await page.getByRole('heading', { name: '初始设置' }).waitFor();
    await expectAccessible(visit, 'set-up');
    await screenshot(page, 'console-setup-zh-CN-1440');
    await page.getByLabel('企业名称').fill('青禾电器');
    await page.getByLabel('企业代号').fill('Qinghe');
    await page.getByLabel('姓名').fill('周岚');
    await page.getByRole('textbox', { name: '密码' }).fill('three arcs of an echo');
    await page.getByText('演示数据', { exact: true }).click();
    // A small year: the page asks for twenty thousand services.
    await page.route('**/api/v1/setup', (route) => {
      const body = route.request().postDataJSON();
      if (!body?.demo) return route.continue();
      return route.continue({ postData: JSON.stringify({ ...body, demo: { services: 150 } }) });
    });
    await page.getByRole('button', { name: '建立企业并登录' }).click();
    // A fault is told where it is, and nothing typed is lost.
    await page.getByText('企业代号须为 2 到 40 个小写字母、数字或连字符。').first().waitFor();
    assert.equal(await page.getByLabel('姓名').inputValue(), '周岚');
    await page.getByLabel('企业代号').fill('qinghe');
    await page.getByRole('button', { name: '建立企业并登录' }).click();
    await page.getByRole('heading', { name: '正在生成演示数据' }).waitFor();
    await expectAccessible(visit, 'set-up, filling');
    await screenshot(page, 'console-setup-filling-zh-CN-1440');
    await page.getByRole('heading', { name: '演示数据已就绪' }).waitFor({ timeout: 120_000 });
    await page.getByRole('button', { name: '进入工作台' }).click();
    await page.getByRole('region', { name: '第一天' }).waitFor();
    await page.waitForLoadState('networkidle');
    await screenshot(page, 'console-setup-first-day-zh-CN-1440');
    // The one refusal was provoked.
    assert.deepEqual(troublesOf(visit).filter((it) => !it.includes('422')), []);
    await visit.close();
    // A stranger who comes now finds a door like any other.
    const late = await open(chromium, { width: 390, language: 'en' });
    await late.page.goto(link);
    await late.page.getByLabel('Company code').waitFor();
    assert.deepEqual(late.troubles, []);
    await late.close();
  } finally {
    await house.stop();
  }
});

for (const [language, width] of [['en', 390], ['zh-CN', 390], ['en', 1440]]) {
  test(`the set-up can be used by everybody, ${language}, ${width} px`, async () => {
    const house = await startEmpty();
    const visit = await open(chromium, { width, language });
    await visit.page.goto(`${house.at}/console/setup`);
    await visit.page.getByRole('heading', { level: 1 }).waitFor();
    await visit.page.evaluate(() => { document.documentElement.dataset.theme = 'dark'; });
    await screenshot(visit.page, `console-setup-dark-${language}-${width}`);
    await visit.page.evaluate(() => { document.documentElement.dataset.theme = 'light'; });
    await expectAccessible(visit, `set-up ${language} ${width}`);
    await screenshot(visit.page, `console-setup-${language}-${width}`);
    assert.deepEqual(visit.troubles, []);
    await visit.close();
    await house.stop();
  });
}

for (const [language, width] of [['zh-CN', 1440], ['en', 390], ['zh-CN', 390], ['en', 1440]]) {
  test(`company and preview can be used by everybody, ${language}, ${width} px`, async () => {
    const visit = await enter(chromium, server, admin, { language, width });
    const { page } = visit;
    const look = async (name) => {
      const title = `console-${name}-${language}-${width}`;
      await expectAccessible(visit, title);
      await expectFits(visit, title);
      await screenshot(page, title);
      await page.evaluate(() => { document.documentElement.dataset.theme = 'dark'; });
      await screenshot(page, `${title}-dark`);
      await page.evaluate(() => { document.documentElement.dataset.theme = 'light'; });
    };
    await goTo(visit, server, '/settings/company');
    await page.getByRole('button', { name: language === 'en' ? 'Add a field of customers' : '添加客户字段' }).click();
    await look('company');
    await page.getByRole('button', { name: language === 'en' ? 'Remove' : '删除' }).first().click();
    const forms = await server.api('GET', '/forms');
    await goTo(visit, server, `/forms/${forms.find((it) => it.key === 'standard').id}`);
    await page.getByRole('button', { name: language === 'en' ? 'Phone' : '手机页面', exact: true }).click();
    const frame = page.frameLocator('iframe.preview-frame').last();
    await frame.getByRole('heading', { level: 1 }).waitFor();
    await look('preview');
    assert.deepEqual(troublesOf(visit), []);
    await visit.close();
  });
}

test('the phone shows the draft as it is typed, and conditions can be tried', async () => {
  const visit = await enter(chromium, server, admin);
  const { page } = visit;
  const forms = await server.api('GET', '/forms');
  await goTo(visit, server, `/forms/${forms.find((it) => it.key === 'standard').id}`);
  await page.getByRole('button', { name: '手机页面' }).click();
  const frame = page.frameLocator('iframe.preview-frame').last();
  await frame.getByRole('heading', { level: 1 }).waitFor();
  await page.getByLabel('名称 zh-CN').first().fill('您对上门维修满意吗');
  await frame.getByRole('heading', { name: '您对上门维修满意吗' }).waitFor();
  await page.getByRole('button', { name: '英语' }).click();
  await frame.locator('html[lang=en]').waitFor();
  assert.deepEqual(troublesOf(visit), []);
  await visit.close();
});

test('two designers at one form: the second is told, and decides', async () => {
  const [one, two] = [await enter(chromium, server, admin), await enter(chromium, server, admin)];
  const forms = await server.api('GET', '/forms');
  const { id } = forms.find((it) => it.key === 'relationship');
  for (const it of [one, two]) await goTo(it, server, `/forms/${id}`);
  /** Types a title and waits until the draft has been sent; returns what came of it. */
  const write = async (it, words) => {
    const put = it.page.waitForResponse((reply) => reply.request().method() === 'PUT');
    await it.page.getByLabel('名称 zh-CN').first().fill(words);
    return (await put).status();
  };
  assert.equal(await write(one, '第一位写的'), 200);
  assert.equal(await write(two, '第二位写的'), 412);
  await two.page.getByRole('alert').filter({ hasText: '有人刚刚改过这张评价表。' }).waitFor();
  await expectAccessible(two, 'overtaken at a form');
  await screenshot(two.page, 'console-form-overtaken-zh-CN-1440');
  const draft = async () => (await server.api('GET', `/forms/${id}`)).draft.title['zh-CN'];
  assert.equal(await draft(), '第一位写的', 'nothing is overwritten silently');
  await two.page.getByRole('button', { name: '看对方的版本，放弃我的' }).click();
  await two.page.waitForFunction(() => [...document.querySelectorAll('textarea, input')].some((it) => it.value === '第一位写的'));
  assert.equal(await write(two, '商量好的'), 200);
  assert.equal(await draft(), '商量好的');
  assert.equal(await write(one, '还是第一位的'), 412);
  const over = one.page.waitForResponse((reply) => reply.request().method() === 'PUT');
  await one.page.getByRole('button', { name: '用我的覆盖' }).click();
  assert.equal((await over).status(), 200);
  assert.equal(await draft(), '还是第一位的');
  for (const it of [one, two]) {
    assert.deepEqual(troublesOf(it).filter((said) => !said.includes('412')), []);
    await it.close();
  }
});

test('the company is changed, taken back, and not left unkept by a slip', async () => {
  const visit = await enter(chromium, server, admin);
  const { page } = visit;
  await goTo(visit, server, '/settings/company');
  const card = page.getByRole('form', { name: '企业', exact: true });
  await card.getByLabel('企业名称').fill('回声家电');
  await page.locator('.side').getByRole('link', { name: '客户', exact: true }).click();
  await page.getByRole('dialog', { name: '还有没保存的修改。' }).waitFor();
  await expectAccessible(visit, 'leaving with something unkept');
  await page.getByRole('button', { name: '继续编辑' }).click();
  await card.getByRole('button', { name: '保存' }).click();
  await page.getByText('企业信息已保存。').waitFor();
  assert.equal((await server.api('GET', '/company')).name, '回声家电');
  // Somebody else is faster.
  await card.getByLabel('企业名称').fill('青禾家电');
  await server.api('PUT', '/company', { name: '别人的名字', zone: 'Asia/Shanghai', language: 'zh-CN' });
  await card.getByRole('button', { name: '保存' }).click();
  await card.getByRole('button', { name: '载入最新内容，保留我改的' }).click();
  await card.getByRole('alert').waitFor({ state: 'detached' });
  assert.equal(await card.getByLabel('企业名称').inputValue(), '青禾家电');
  await card.getByLabel('企业名称').fill('回声演示');
  // What is taken back is the last change, not the one before.
  await page.getByRole('button', { name: '撤销' }).waitFor({ state: 'detached' });
  await card.getByRole('button', { name: '保存' }).click();
  await page.getByRole('button', { name: '撤销' }).click();
  await page.waitForFunction(() => [...document.querySelectorAll('input')].some((it) => it.value === '别人的名字'));
  assert.deepEqual(troublesOf(visit).filter((it) => !it.includes('412')), []);
  await visit.close();
});

test('a view kept here is there on another machine', async () => {
  const here = await enter(chromium, server, admin);
  await goTo(here, server, '/cases?view=all&priority=urgent');
  await here.page.getByRole('button', { name: '存为视图' }).click();
  await here.page.getByRole('textbox', { name: '视图名称' }).fill('紧急的');
  await here.page.keyboard.press('Enter');
  await here.page.getByRole('link', { name: '紧急的' }).waitFor();
  await here.page.waitForLoadState('networkidle');
  const there = await enter(chromium, server, admin);
  await goTo(there, server, '/cases');
  await there.page.getByRole('link', { name: '紧急的' }).waitFor();
  for (const it of [here, there]) {
    assert.deepEqual(troublesOf(it), []);
    await it.close();
  }
});
