// Every page of the console as an administrator has it: both languages, desk and phone, light and dark;
// and what is done on them.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { browser } from '../lib/chromium.mjs';
import { enter, expectFits, goTo, hire, troublesOf } from '../lib/console.mjs';
import { handIn, publishForm, until } from '../lib/house.mjs';
import { expectAccessible, expectStable, open, screenshot } from '../lib/page.mjs';
import { start } from '../lib/server.mjs';
import { englishOn } from '../lib/words.mjs';

const SAID = '安装师傅来晚了两个小时，地板还划坏了，希望尽快处理。';

let chromium;
let server;
let admin;
let form;
let customer;

before(async () => {
  chromium = await browser();
  server = await start();
  form = await publishForm(server.api);
  admin = await hire(server, { role: 'administrator', login: 'lin', name: '林远' });
  customer = crypto.randomUUID();
  await server.api('PUT', `/customers/${customer}`, { name: '邓艳杰', phone: '13800001111', level: 'vip' });
  await handIn(form.url, { 'a.overall': '1', 'a.suggestion': SAID });
  await handIn(form.url, { 'a.overall': '5', 'a.suggestion': '一步一步教我操作，谢谢！' });
  // Figures are of first evaluations, those that were asked for.
  const asked = { form: form.id, answers: { overall: 4 }, round: 'first', customer };
  await server.api('PUT', `/evaluations/${crypto.randomUUID()}`, asked);
});

after(async () => {
  await chromium?.close();
  await server?.stop();
});

/** Name and address of every page. */
const PAGES = () => ({
  evaluations: '/evaluations',
  complaints: '/ledgers/complaints',
  suggestions: '/ledgers/suggestions',
  customers: '/customers',
  customer: `/customers/${customer}`,
  forms: '/forms',
  form: `/forms/${form.id}`,
  responses: '/forms?tab=funnel',
  invitations: '/forms?tab=rules',
  overview: '/overview',
  staff: '/settings/staff',
  calendars: '/settings/calendars',
  policies: '/settings/policies',
  stages: '/settings/stages',
  ledger: '/settings/ledger',
  keys: '/settings/keys',
  webhooks: '/settings/webhooks',
  jobs: '/settings/jobs',
  audit: '/settings/audit',
  me: '/me',
});

for (const language of ['zh-CN', 'en']) {
  for (const width of [1440, 390]) {
    test(`every page of an administrator is usable by everybody, ${language}, ${width} px`, async () => {
      const visit = await enter(chromium, server, admin, { language, width });
      for (const [name, path] of Object.entries(PAGES())) {
        // Dark on the phone, light on the desk: each page is seen in both.
        const theme = width === 390 ? 'dark' : 'light';
        await visit.page.evaluate((it) => localStorage.setItem('huisheng.theme', it), theme);
        await goTo(visit, server, path);
        const title = `console-${name}-${language}-${width}`;
        assert.equal(await visit.page.getAttribute('html', 'lang'), language);
        await expectStable(visit, title);
        await expectAccessible(visit, title);
        await expectFits(visit, title);
        await screenshot(visit.page, title);
        if (language === 'zh-CN') await expectChinese(visit.page, title);
      }
      assert.deepEqual(troublesOf(visit), []);
      await visit.close();
    });
  }
}

/** No English word on a Chinese page, but techniques and what people here are called. */
async function expectChinese(page, title) {
  const left = (await englishOn(page, ['lin', 'admin', 'zhou', 'echo', 'csat', 'issuer', 'client', 'node'])).map((it) => `${it.where}: ${it.text}`);
  assert.deepEqual(left, [], title);
}

test('a low score is announced, opened beside the list, corrected in one action and undone', async () => {
  const visit = await enter(chromium, server, admin);
  const { page } = visit;
  await goTo(visit, server, '/evaluations?score=low');
  await handIn(form.url, { 'a.overall': '2', 'a.suggestion': '发票改了三次还是错的。' });
  await page.locator('.news').click({ timeout: 30_000 });
  const row = page.locator('tbody tr', { hasText: '发票改了三次' });
  await row.waitFor();
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  const panel = page.locator('.panel');
  await panel.getByText('发票改了三次还是错的。').waitFor();
  assert.match(page.url(), /open=/);
  assert.match(page.url(), /score=low/);
  await panel.locator('.panel-case > .why').waitFor();
  await expectAccessible(visit, 'evaluation beside the list');
  await screenshot(page, 'console-evaluation-open-zh-CN-1440');
  await panel.locator('.labels-open').click();
  await screenshot(page, 'console-evaluation-labels-zh-CN-1440');
  await panel.getByLabel('优先级').click();
  await page.locator('.ant-select-item-option', { hasText: '紧急' }).click();
  await page.getByText('标签已更正。').waitFor();
  await page.getByRole('button', { name: '撤销' }).click();
  await until('undoing', async () => (await panel.locator('.labels-open .priority-urgent').count()) === 0);
  assert.deepEqual(troublesOf(visit), []);
  await visit.close();
});

test('a ledger is read page by page, its period and place in the address, and printed whole', async () => {
  for (const said of ['发票抬头开错了', '快递丢了没人管']) {
    await server.api('PUT', `/cases/${crypto.randomUUID()}`, { kind: 'complaint', channel: 'phone', said });
  }
  const visit = await enter(chromium, server, admin);
  const { page } = visit;
  // Pages of one row, so that two make a long ledger.
  await page.route('**/ledgers/complaints?*', (route) => {
    const url = new URL(route.request().url());
    url.searchParams.set('limit', '1');
    return route.continue({ url: url.href });
  });
  await goTo(visit, server, '/ledgers/complaints?days=30');
  const rows = page.locator('.ledger-screen tbody tr');
  const first = await rows.innerText();
  const total = Number(/共 (\d+) 条/.exec(await page.locator('.ledger-head').innerText())[1]);
  assert.ok(total >= 2, `${total}`);
  await page.getByRole('link', { name: '下一页' }).click();
  await page.waitForURL(/days=30.*after=|after=.*days=30/);
  await until('other row', async () => (await rows.innerText()) !== first);
  await page.evaluate(() => {
    window.print = () => {
      const paper = document.querySelector('.ledger-paper');
      window.printed = [...paper.querySelectorAll('tbody tr')].map((it) => it.textContent);
      window.dispatchEvent(new Event('afterprint'));
    };
  });
  await page.getByRole('button', { name: '打印' }).click();
  await page.waitForFunction(() => window.printed);
  const printed = await page.evaluate(() => window.printed);
  assert.equal(new Set(printed).size, total);
  assert.equal(printed.length, total);
  assert.equal(await page.locator('.ledger-paper').count(), 0, 'nothing of it stays on the page');
  await expectColumnsChosen(visit);
  await rows.locator('td').nth(1).click();
  await page.waitForURL(/\/cases\//);
  assert.deepEqual(troublesOf(visit), []);
  await visit.close();
});

/** By keyboard alone: a column goes, another comes forward, both outlive a reload and show on a phone; then back. */
async function expectColumnsChosen(visit) {
  const { page } = visit;
  const heads = async () => (await page.locator('.ledger-screen th').allInnerTexts()).map((it) => it.replace('?', '').trim());
  const before = await heads();
  const show = (wanted) => until('the columns that were chosen', async () => `${await heads()}` === `${wanted}`);
  const [number, received, channel, said] = before;
  const dialog = page.getByRole('dialog');
  const choose = async () => {
    await page.getByRole('button', { name: '选择列' }).focus();
    await page.keyboard.press('Enter');
    await dialog.waitFor();
  };
  await choose();
  await expectAccessible(visit, 'choice of columns');
  await screenshot(page, 'console-columns-zh-CN-1440');
  assert.ok(await dialog.getByLabel(number).first().isDisabled(), 'a row keeps its number');
  await dialog.getByRole('checkbox', { name: channel, exact: true }).focus();
  await page.keyboard.press('Space');
  const forward = dialog.getByRole('button', { name: `${said}：前移` });
  await forward.focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  assert.ok(await forward.evaluate((it) => it === document.activeElement), 'the hand stays where it is');
  await page.keyboard.press('Escape');
  const chosen = [number, said, received, ...before.slice(4)];
  await show(chosen);
  await page.waitForLoadState('networkidle');
  await page.reload();
  await page.locator('.ledger-screen th').first().waitFor();
  await show(chosen);
  await page.setViewportSize({ width: 390, height: 844 });
  await choose();
  assert.equal(await dialog.getByRole('checkbox', { name: channel, exact: true }).count(), 0, 'no line of a card');
  await dialog.getByRole('checkbox', { name: said, exact: true }).uncheck();
  await screenshot(page, 'console-columns-zh-CN-390');
  assert.equal(await page.locator('.ledger-screen .ledger-long:visible').count(), 0);
  await dialog.getByRole('button', { name: '恢复默认' }).click();
  await page.keyboard.press('Escape');
  await page.setViewportSize({ width: 1440, height: 900 });
  await show(before);
}

test('the words of customers are found, Chinese too, and the search is in the address', async () => {
  const visit = await enter(chromium, server, admin);
  const { page } = visit;
  await goTo(visit, server, '/evaluations');
  await page.getByPlaceholder('在客户的话里找').fill('地板');
  await page.keyboard.press('Enter');
  await page.waitForURL(/search=/);
  await until('one row', async () => (await page.locator('tbody tr').count()) === 1);
  await page.reload();
  await page
    .locator('tbody tr')
    .first()
    .waitFor()
    .catch(async (error) => {
      // What stands there instead is worth knowing.
      console.log('no row after reloading:', page.url(), await page.locator('body').innerText(), troublesOf(visit));
      throw error;
    });
  assert.equal(await page.locator('tbody tr').count(), 1);
  await visit.close();
});

test('the standard form is built from nothing, mended where the linter says, published and seen as the customer sees it', async () => {
  const visit = await enter(chromium, server, admin);
  const { page } = visit;
  const began = Date.now();
  await goTo(visit, server, '/forms');
  await page.getByRole('button', { name: '新建评价表' }).click();
  await page.getByLabel('从哪一份复制？').click();
  await page.locator('.ant-select-item-option').first().click();
  await page.getByRole('button', { name: '复制并编辑' }).click();
  await page.waitForURL(/\/forms\/[0-9a-f-]+$/);
  await page.getByLabel('名称 zh-CN').fill('门店服务评价');
  const questions = page.locator('.questions > li');
  const wordsOf = (at) => questions.nth(at).getByLabel('题目 zh-CN').inputValue();
  // A question moves by keyboard, keeps the focus and says where it is; it goes and comes back.
  const words = await wordsOf(-1);
  const count = await questions.count();
  await questions.last().getByLabel('题目 zh-CN').focus();
  await page.keyboard.press('Alt+ArrowUp');
  await page.getByText(`已移到第 ${count - 1} 位，共 ${count} 位。`).waitFor();
  assert.equal(await wordsOf(-2), words);
  assert.equal(await page.evaluate(() => document.activeElement.value), words);
  await page.getByRole('button', { name: '删除这道题' }).last().click();
  await page.getByRole('button', { name: '撤销' }).click();
  // And by mouse: the last one is dragged before it.
  await questions.last().locator('.grip').dragTo(questions.nth(-2), { targetPosition: { x: 60, y: 6 }, steps: 8 });
  assert.equal(await wordsOf(-1), words);
  // A kind of question is dragged in from the palette. Without words it cannot be published; that stands on it.
  await page.locator('.palette').getByRole('button', { name: '开放题' }).dragTo(questions.last(), { targetPosition: { x: 60, y: 6 }, steps: 8 });
  const added = questions.nth(-2);
  await added.locator('.finding-error').first().waitFor();
  assert.equal(await page.getByRole('button', { name: '发布', exact: true }).isDisabled(), true);
  await added.getByLabel('题目 zh-CN').fill('还有什么想告诉我们？');
  await added.getByLabel('题目 en').fill('What else would you like to tell us?');
  // It is asked only after a low score, and says so in words.
  await page.getByRole('button', { name: '改为有条件地问' }).click();
  await added.getByText(/只在第 \d 题“这次服务，您满意吗？”不高于 2 分时问/).waitFor();
  await until('no faults', async () => (await page.locator('.finding-error').count()) === 0);
  await expectAccessible(visit, 'designer with a chosen question');
  await screenshot(page, 'console-form-designed-zh-CN-1440');
  await page.getByRole('button', { name: '发布', exact: true }).click();
  await page.getByText('这是第一版').waitFor();
  await page.getByRole('button', { name: '发布第 1 版' }).click();
  const phone = page.frameLocator('.form-phone iframe');
  await phone.getByRole('heading', { name: '门店服务评价' }).waitFor();
  assert.ok(Date.now() - began < 180_000, 'within three minutes');
  await screenshot(page, 'console-form-published-zh-CN-1440');
  // The next version says before and after what changes, and for whom.
  await added.getByLabel('题目 zh-CN').fill('还想说点什么？');
  await page.getByText('草稿已保存').waitFor();
  await page.getByRole('button', { name: '发布', exact: true }).click();
  await page.locator('.publish ins', { hasText: '还想说点什么？' }).waitFor();
  await page.getByText('仍按第 1 版').waitFor();
  await screenshot(page, 'console-form-publish-zh-CN-1440');
  await page.getByRole('button', { name: '发布第 2 版' }).click();
  await page.getByRole('button', { name: '版本' }).click();
  await page.getByRole('button', { name: '与第 1 版相比' }).click();
  await page.locator('.versions del', { hasText: '还有什么想告诉我们？' }).waitFor();
  assert.deepEqual(troublesOf(visit), []);
  await visit.close();
});

/** The standard form: kind of question, its words, and its lines where it has some. */
const STANDARD = [
  ['满意度（1–5）', '这次服务，您满意吗？', 'How satisfied are you with this service?'],
  ['矩阵评分', '具体怎么样？', 'How was it in detail?', [['响应速度', 'Speed'], ['服务态度', 'Attitude'], ['专业程度', 'Professionalism']]],
  ['单选', '问题解决了吗？', 'Was your problem solved?', [['解决了', 'Yes'], ['没有解决', 'No']]],
  ['开放题', '有什么建议？', 'What would you suggest?'],
];

test('the standard form is made from a blank sheet and published in under three minutes; on a phone a question is moved by finger', async () => {
  const visit = await enter(chromium, server, admin);
  const { page } = visit;
  const began = Date.now();
  await goTo(visit, server, '/forms');
  await page.getByRole('button', { name: '新建评价表' }).click();
  await page.getByLabel('从哪一份复制？').click();
  await page.locator('.ant-select-item-option', { hasText: '空白，从头做起' }).click();
  await page.getByRole('button', { name: '复制并编辑' }).click();
  await page.waitForURL(/\/forms\/[0-9a-f-]+$/);
  for (const [tag, name, thanks] of [['zh-CN', '标准服务评价', '谢谢您。'], ['en', 'Our service', 'Thank you.']]) {
    await page.getByLabel(`名称 ${tag}`).fill(name);
    await page.getByLabel(`结语 ${tag}`).fill(thanks);
  }
  const questions = page.locator('.questions > li');
  for (const [kind, chinese, english, lines = []] of STANDARD) {
    await page.locator('.palette').getByRole('button', { name: kind, exact: true }).click();
    const made = questions.last();
    await made.getByLabel('题目 zh-CN').fill(chinese);
    await made.getByLabel('题目 en').fill(english);
    const line = kind === '矩阵评分' ? ['添加一行', (at) => `第 ${at} 行`] : ['添加选项', (at) => `选项 ${at}`];
    for (const [at, [zh, en]] of lines.entries()) {
      const own = made.getByLabel(`${line[1](at + 1)} zh-CN`);
      if ((await own.count()) === 0) await made.getByRole('button', { name: line[0] }).click();
      await own.fill(zh);
      await made.getByLabel(`${line[1](at + 1)} en`).fill(en);
    }
  }
  await until('no faults', async () => (await page.locator('.finding-error').count()) === 0);
  await page.getByRole('button', { name: '发布', exact: true }).click();
  await page.getByRole('button', { name: '发布第 1 版' }).click();
  const phone = page.frameLocator('.form-phone iframe');
  await phone.getByRole('heading', { name: '标准服务评价' }).waitFor();
  assert.equal(await phone.locator('[data-q]').count(), STANDARD.length);
  assert.ok(Date.now() - began < 180_000, 'within three minutes');

  // The same on a phone: a finger on the handle carries the first question down; held at the edge the page goes along.
  await page.setViewportSize({ width: 390, height: 844 });
  const grip = questions.first().locator('.grip');
  await grip.scrollIntoViewIfNeeded();
  const tools = await page.context().newCDPSession(page);
  const from = await grip.boundingBox();
  const [x, y] = [from.x + from.width / 2, from.y + from.height / 2];
  const finger = (type, at) =>
    tools.send('Input.dispatchTouchEvent', { type, touchPoints: at === undefined ? [] : [{ x, y: at }] });
  await finger('touchStart', y);
  await finger('touchMove', y + 40);
  await page.locator('.question-carried').waitFor();
  await finger('touchMove', 770);
  await page.locator('.questions.gap-end').waitFor();
  await finger('touchEnd');
  await page.getByText(`已移到第 ${STANDARD.length} 位，共 ${STANDARD.length} 位。`).waitFor({ state: 'attached' });
  assert.equal(await questions.last().getByLabel('题目 zh-CN').inputValue(), STANDARD[0][1]);
  await expectFits(visit, 'designer on a phone');
  await screenshot(page, 'console-form-carried-zh-CN-390');
  assert.deepEqual(troublesOf(visit), []);
  await visit.close();
});

test('the rules of inviting are sentences with numbers, and what may not be is refused where it stands', async () => {
  const visit = await enter(chromium, server, admin);
  const { page } = visit;
  await goTo(visit, server, '/forms?tab=rules');
  await page.getByLabel('多少天内').fill('400');
  await page.getByRole('button', { name: '保存规则' }).click();
  await page.locator('.rule-sentence + .fault').waitFor();
  await page.getByLabel('多少天内').fill('45');
  await page.getByRole('button', { name: '保存规则' }).click();
  await page.getByText('邀请规则已保存').waitFor();
  assert.equal((await server.api('GET', '/settings/invitations')).fatigue_days, 45);
  assert.ok(troublesOf(visit).every((it) => it.includes('422')), visit.troubles.join('\n'));
  await visit.close();
});

test('“due when?” is answered by the calendar, with its reasons', async () => {
  const visit = await enter(chromium, server, admin);
  const { page } = visit;
  await goTo(visit, server, '/settings/calendars');
  await page.getByRole('button', { name: '算一算' }).click();
  await page.locator('.try .why-deadline').waitFor();
  assert.match(await page.locator('.try .why-deadline').innerText(), /承诺 4 小时.*到期/s);
  assert.deepEqual(troublesOf(visit), []);
  await visit.close();
});

test('every figure opens its rows, and a row leads to what it is', async () => {
  const visit = await enter(chromium, server, admin);
  const { page } = visit;
  await goTo(visit, server, '/overview?days=7');
  await page.getByRole('region', { name: '值得看的地方' }).waitFor();
  // On a wall there is nothing around it.
  await page.getByRole('button', { name: '大屏' }).click();
  await page.locator('.side').waitFor({ state: 'hidden' });
  await page.getByText(/更新，每半分钟自动刷新/).waitFor();
  await expectAccessible(visit, 'overview on a wall');
  await screenshot(page, 'console-overview-wall-zh-CN-1440');
  await page.getByRole('button', { name: '退出大屏' }).click();
  await page.locator('.side').waitFor();
  await page.locator('.tile').first().getByRole('button', { name: /\d/ }).click();
  await page.waitForURL(/rows=/);
  await page.locator('.rows li a').first().click();
  await page.waitForURL(/evaluations\?open=/);
  await page.locator('.panel').waitFor();
  assert.deepEqual(troublesOf(visit), []);
  await visit.close();
});

test('somebody is hired and signs in', async () => {
  const visit = await enter(chromium, server, admin);
  const { page } = visit;
  await goTo(visit, server, '/settings/staff');
  await page.getByRole('button', { name: '添加员工' }).click();
  await page.getByLabel('姓名').fill('周敏');
  await page.getByLabel('工号').fill('1027');
  await page.getByLabel('登录名').fill('zhou');
  await page.getByLabel('初始密码').fill('password2026');
  await page.getByText('强度：弱。请再长一些').waitFor();
  await page.getByLabel('初始密码').fill('a long enough password');
  await page.getByText('强度：强。', { exact: true }).waitFor();
  await page.getByLabel('角色').click();
  await page.locator('.ant-select-item-option', { hasText: '客服' }).click();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: '保存' }).click();
  await page.getByText('周敏已保存。').waitFor();
  await visit.close();
  const hers = await open(chromium, { width: 1440, height: 900 });
  await hers.page.goto(`${server.at}/console/cases`);
  await hers.page.getByLabel('企业代号').fill(admin.tenant);
  await hers.page.getByLabel('登录名').fill('zhou');
  await hers.page.getByLabel('密码', { exact: true }).fill('a long enough password');
  await hers.page.keyboard.press('Enter');
  await hers.page.getByRole('heading', { name: '请先设置自己的密码' }).waitFor();
  await hers.page.getByLabel('现在的密码').fill('a long enough password');
  const own = hers.page.getByLabel('新密码');
  await own.fill('zhou-2026-zhou');
  await hers.page.getByText('强度：弱。').waitFor();
  await expectAccessible(hers, 'ones own password first');
  await screenshot(hers.page, 'password-first');
  await hers.page.getByRole('button', { name: '修改', exact: true }).click();
  await hers.page.getByText('密码太容易被猜到，请换一个。').first().waitFor();
  await own.fill('what the river said at dusk');
  await hers.page.getByText('强度：强。', { exact: true }).waitFor();
  await hers.page.getByRole('button', { name: '修改', exact: true }).click();
  await hers.page.getByRole('heading', { name: '工单', exact: true }).waitFor();
  const places = await hers.page.locator('.side .place').allInnerTexts();
  assert.ok(places.includes('我的工作') && !places.includes('设置'), places.join());
  await hers.close();
});

/** What comes over the wire until nothing more is asked for: bytes by kind, and what was asked for how often. */
async function weighed(visit, open) {
  const tools = await visit.page.context().newCDPSession(visit.page);
  await tools.send('Network.enable');
  const urls = new Map();
  let scripts = 0;
  let all = 0;
  tools.on('Network.responseReceived', ({ requestId, type, response }) => urls.set(requestId, { type, url: response.url }));
  tools.on('Network.loadingFinished', ({ requestId, encodedDataLength: bytes }) => {
    all += bytes;
    if (urls.get(requestId)?.type === 'Script') scripts += bytes;
  });
  await open();
  const asked = visit.requests.map((it) => it.url.replace(server.at, ''));
  return { scripts, all, asked };
}

const KB = 1024;

test('the door is light, and so is the first page behind it', async () => {
  const visit = await open(chromium, { width: 1440, height: 900 });
  const { page } = visit;
  const door = await weighed(visit, async () => {
    await page.goto(`${server.at}/console/`, { waitUntil: 'commit' });
    await page.locator('.door form input').first().waitFor();
  });
  assert.ok(door.all < 16 * KB, `the door: ${door.all} bytes`);
  await visit.close();

  const known = await enter(chromium, server, admin);
  await known.page.goto('about:blank');
  known.requests.length = 0;
  await (await known.page.context().newCDPSession(known.page)).send('Network.clearBrowserCache');
  const work = await weighed(known, async () => {
    await known.page.goto(`${server.at}/console/`, { waitUntil: 'commit' });
    await known.page.locator('.work .task, .work .empty').first().waitFor();
  });
  assert.ok(work.scripts > 50 * KB, `scripts of the first page: ${work.scripts} bytes were seen`);
  assert.ok(work.scripts < 180 * KB, `scripts of the first page: ${work.scripts} bytes`);
  const twice = work.asked.filter((it, at) => work.asked.indexOf(it) !== at);
  assert.deepEqual(twice, [], 'what was asked for early is asked for once');
  assert.ok(work.asked.some((it) => it.startsWith('/api/v1/cases?owner=')), work.asked.join('\n'));
  await known.close();
});
