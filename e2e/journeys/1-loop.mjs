// The whole loop, as its people live it: one star and a complaint, a promise, work, an answer, asked
// again, five stars; and the manager's figures tell both scores and that the promise was kept.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { browser } from '../lib/chromium.mjs';
import { until } from '../lib/house.mjs';
import { expectAccessible, open, screenshot } from '../lib/page.mjs';
import { start, TENANT } from '../lib/server.mjs';

const SAID = {
  'zh-CN': '我要投诉！退款申请提交一个多星期了还没有到账，每次打电话都说在处理。',
  en: 'I want to complain: my refund has not arrived for more than a week.',
};
/** What must be read at each step. */
const WORDS = {
  'zh-CN': { promise: /我们承诺.+前首次回复您/, accepted: '已受理', told: '您的退款今天 18:00 前到账。', again: '再次评价' },
  en: { promise: /We promise you a first answer by/, accepted: 'We took it on', told: 'It is refunded today by 18:00.', again: 'Evaluate again' },
};

/** Login by id. */
const staff = {};

let chromium;
let server;

before(async () => {
  chromium = await browser();
  server = await start();
  const team = randomUUID();
  await server.api('PUT', `/teams/${team}`, { name: '客户服务部' });
  const roles = await server.api('GET', '/roles');
  const hire = (login, role, number) => server.api('PUT', `/staff/${idOf(login)}`, {
    login, number, name: login, team, roles: [roles.find((it) => it.key === role).id], language: 'zh-CN', active: true,
  });
  await hire('agent', 'agent', '1024');
  await hire('lead', 'supervisor', '1025');
});

after(async () => {
  await chromium?.close();
  await server?.stop();
});

function idOf(login) {
  const id = randomUUID();
  staff[id] = login;
  return id;
}

/** The case as the API has it. */
async function caseOf(number) {
  const { items } = await server.api('GET', `/cases?search=${number}`);
  assert.equal(items.length, 1);
  return server.api('GET', `/cases/${items[0].id}`);
}

/** Acts on the case from the command line, as who owns it; the waiver is another person's. */
async function act(number, verb, ...fields) {
  const { owner } = await caseOf(number);
  const other = staff[owner] === 'lead' ? 'admin' : 'lead';
  const as = verb === 'waive_rectification' ? other : staff[owner];
  server.command('case', 'act', number, verb, ...fields, '--as', as);
}

/** Of today, in the company's own zone. */
async function figure(metric, round) {
  const day = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(new Date());
  const { total } = await server.api('GET', `/figures/${metric}?from=${day}&to=${day}${round ? `&round=${round}` : ''}`);
  return total;
}

for (const language of ['zh-CN', 'en']) {
  test(`the loop turns from one star to five, ${language}`, async () => {
    const before = {
      first: await figure('csat', 'unsolicited'),
      again: await figure('csat', 'after_rectification'),
      kept: await figure('first_response_in_time'),
    };
    const words = WORDS[language];
    const visit = await open(chromium, { language });
    const { page } = visit;
    const see = async (name) => {
      await expectAccessible(visit, `${name} ${language}`);
      await screenshot(page, `loop-${name}-${language}-390`);
    };

    // One star and a complaint, on a phone.
    await page.goto(`${server.at}/f/${TENANT}/standard`);
    await page.locator('label:has([name="a.overall"][value="1"])').click();
    await page.locator('textarea').last().fill(SAID[language]);
    await page.locator('button[type=submit]').click();
    await page.waitForURL(/\/p\//);
    await page.getByText(words.promise).waitFor();
    assert.match(await page.locator('main').innerText(), new RegExp(SAID[language].slice(0, 12)));
    await see('1-received');
    const number = /[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(await page.locator('main').innerText())[0];

    // Taken up: the page that is open says so without being loaded again.
    await act(number, 'accept');
    await page.getByText(words.accepted).waitFor();
    await see('2-accepted');
    await act(number, 'reply', 'text=您好，已经看到您说的情况，今天内给您答复。', 'how=message');
    await page.getByText('今天内给您答复').waitFor();

    // Corrected, told, asked again.
    await act(number, 'set_cause', 'cause={"root":"process","text":"财务复核积压"}');
    await act(number, 'waive_rectification', 'reason=本季度已有整改在做');
    await act(number, 'solve', `solution=${words.told}`);
    await act(number, 'tell', `text=${words.told}`, 'how=message');
    await page.getByText(words.told).first().waitFor();
    await see('3-told');

    // Five stars, from where the customer is.
    await page.getByRole('button', { name: words.again }).click();
    await page.locator('label:has([name="a.overall"][value="5"])').click();
    await see('4-asked-again');
    await page.locator('button[type=submit]').click();
    await page.waitForURL(/\/p\//);
    await see('5-thanks');
    // Content: with everything recorded, the case closes by itself.
    assert.equal((await caseOf(number)).state, 'closed');
    assert.deepEqual(visit.troubles, []);
    await visit.close();

    // The manager sees the first score, the last score, and that the promise was kept.
    const first = await figure('csat', 'unsolicited');
    const again = await figure('csat', 'after_rectification');
    const kept = await until('kept promise', async () => {
      const now = await figure('first_response_in_time');
      return now.denominator > before.kept.denominator && now;
    });
    assert.deepEqual(
      [first.numerator - before.first.numerator, first.denominator - before.first.denominator],
      [0, 1],
    );
    assert.deepEqual(
      [again.numerator - before.again.numerator, again.denominator - before.again.denominator],
      [1, 1],
    );
    assert.deepEqual(
      [kept.numerator - before.kept.numerator, kept.denominator - before.kept.denominator],
      [1, 1],
    );
  });
}
