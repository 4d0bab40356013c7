// The door: two steps with a telephone, the company's own accounts, and a form that is flooded.

import assert from 'node:assert/strict';
import { createHash, createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { browser } from '../lib/chromium.mjs';
import { enter, goTo, hire, troublesOf } from '../lib/console.mjs';
import { publishForm } from '../lib/house.mjs';
import { expectAccessible, open, screenshot } from '../lib/page.mjs';
import { start, TENANT } from '../lib/server.mjs';

let chromium;
let server;
let form;
let agent;

before(async () => {
  chromium = await browser();
  server = await start({
    HUISHENG_WEBHOOKS_TO_PRIVATE_ADDRESSES: 'true',
    // The browser itself says where it comes from, as a proxy would.
    HUISHENG_TRUSTED_PROXIES: '127.0.0.1',
    HUISHENG_LIMITS__FORM_PER_MINUTE: '1',
  });
  form = await publishForm(server.api);
  agent = await hire(server, { role: 'agent', login: 'zhou', name: '周敏' });
});

after(async () => {
  await chromium?.close();
  await server?.stop();
});

/** What an authenticator shows (RFC 6238). */
function codeOf(secret, at = Date.now()) {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret.replaceAll(' ', '')].map((it) => alphabet.indexOf(it).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((it) => Number.parseInt(it, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const digest = createHmac('sha1', key).update(step).digest();
  const from = digest[19] & 0xf;
  return String((digest.readUInt32BE(from) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

test('two steps are set up, asked for, and forgotten by a code on paper', async () => {
  const visit = await enter(chromium, server, agent);
  const { page } = visit;
  await goTo(visit, server, '/me');
  await page.getByRole('button', { name: '开始设置' }).click();
  await page.getByRole('img', { name: '验证器的二维码' }).waitFor();
  await expectAccessible(visit, 'two steps');
  await screenshot(page, 'second-factor-set-up');
  const secret = await page.locator('.second-factor .code').innerText();
  await page.getByLabel('六位验证码').fill(codeOf(secret));
  await page.getByRole('button', { name: '确认开启' }).click();
  await page.locator('.recovery-codes .code').first().waitFor();
  const codes = await page.locator('.recovery-codes .code').allInnerTexts();
  assert.equal(codes.length, 10);
  await screenshot(page, 'second-factor-codes');
  await page.getByRole('button', { name: '我已保存' }).click();
  await page.getByText('还剩 10 个恢复码').waitFor();
  assert.deepEqual(troublesOf(visit), []);
  await visit.close();

  const again = await open(chromium, { width: 1440, height: 900 });
  await again.page.goto(`${server.at}/console/`);
  await again.page.getByLabel('企业代号').fill(agent.tenant);
  await again.page.getByLabel('登录名').fill(agent.login);
  await again.page.getByLabel('密码', { exact: true }).fill(agent.password);
  await again.page.keyboard.press('Enter');
  await again.page.getByLabel('验证码').waitFor();
  await expectAccessible(again, 'the second step');
  await screenshot(again.page, 'second-factor-asked');
  await again.page.getByLabel('验证码').fill('000000');
  await again.page.keyboard.press('Enter');
  await again.page.getByText('验证码不正确或已经用过').waitFor();
  await again.page.getByLabel('验证码').fill(codes[0]);
  await again.page.keyboard.press('Enter');
  await again.page.locator('.shell .main h1').waitFor();
  await goTo(again, server, '/me');
  await again.page.getByText('还剩 9 个恢复码').waitFor();
  await again.page.getByRole('button', { name: '关闭两步验证' }).click();
  await again.page.getByLabel('验证码或恢复码').fill(codes[1]);
  await again.page.getByRole('button', { name: '关闭两步验证' }).click();
  await again.page.getByText('两步验证已关闭。').waitFor();
  await again.close();
});

/** A provider of accounts whose person always agrees. */
function provider() {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const part = (it) => Buffer.from(JSON.stringify(it)).toString('base64url');
  const asked = new Map();
  const listening = createServer((request, response) => {
    const at = `http://127.0.0.1:${listening.address().port}`;
    const url = new URL(request.url, at);
    const say = (it) => response.setHeader('content-type', 'application/json').end(JSON.stringify(it));
    if (url.pathname === '/.well-known/openid-configuration') {
      const doors = { authorization_endpoint: `${at}/in`, token_endpoint: `${at}/token`, jwks_uri: `${at}/keys` };
      say({ issuer: at, ...doors });
    } else if (url.pathname === '/keys') {
      say({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: '1', use: 'sig' }] });
    } else if (url.pathname === '/in') {
      const code = `code${asked.size}`;
      asked.set(code, url.searchParams);
      const back = new URL(url.searchParams.get('redirect_uri'));
      back.search = new URLSearchParams({ code, state: url.searchParams.get('state') });
      response.writeHead(302, { location: back.href }).end();
    } else {
      let body = '';
      request.on('data', (it) => {
        body += it;
      });
      request.on('end', () => {
        const sent = new URLSearchParams(body);
        const kept = asked.get(sent.get('code'));
        const proof = createHash('sha256').update(sent.get('code_verifier')).digest('base64url');
        assert.equal(proof, kept.get('code_challenge'));
        const now = Math.floor(Date.now() / 1000);
        const claims = { iss: at, sub: 'u-1', aud: 'huisheng', iat: now, exp: now + 60, nonce: kept.get('nonce') };
        const said = `${part({ alg: 'ES256', kid: '1' })}.${part({ ...claims, preferred_username: 'zhou' })}`;
        const key = { key: privateKey, dsaEncoding: 'ieee-p1363' };
        say({ id_token: `${said}.${sign('sha256', Buffer.from(said), key).toString('base64url')}` });
      });
    }
  });
  return new Promise((resolve) => listening.listen(0, '127.0.0.1', () => resolve(listening)));
}

test('somebody enters with the account of the company', async () => {
  const accounts = await provider();
  const issuer = `http://127.0.0.1:${accounts.address().port}`;
  await server.api('PUT', '/sign-on', { issuer, client_id: 'huisheng', match_by: 'login' });
  const visit = await open(chromium, { width: 1440, height: 900 });
  await visit.page.goto(`${server.at}/console/`);
  await visit.page.getByLabel('企业代号').fill(TENANT);
  await visit.page.getByRole('link', { name: '用企业账号登录' }).click();
  await visit.page.locator('.shell .main h1').waitFor();
  await goTo(visit, server, '/me');
  await visit.page.locator('.profile').getByText('周敏').waitFor();
  await visit.close();
  accounts.close();
});

test('a flooded form goes on by itself after a little work', async () => {
  const visit = await open(chromium, { width: 390, height: 844 });
  await visit.page.context().setExtraHTTPHeaders({ 'x-forwarded-for': '198.51.100.7' });
  for (const _ of [1, 2]) {
    await visit.page.goto(form.url);
    await visit.page.locator('input[name="a.overall"][value="5"]').check({ force: true });
    await visit.page.locator('button[type="submit"]').first().click();
    await visit.page.waitForURL(/\/p\//);
  }
  const said = await server.api('GET', '/evaluations');
  assert.equal(said.items.length, 2);
  await visit.close();
});

test('where the company asks two steps of everybody, who lacks the second sets it up first', async () => {
  await server.api('PUT', '/settings/sign_in', { two_steps: 'everybody' });
  const visit = await open(chromium, { width: 390, height: 844 });
  const { page } = visit;
  await page.goto(`${server.at}/console/cases`);
  await page.getByLabel('企业代号').fill(agent.tenant);
  await page.getByLabel('登录名').fill(agent.login);
  const password = page.getByLabel('密码', { exact: true });
  await password.fill(agent.password);
  assert.equal(await password.getAttribute('type'), 'password');
  await page.getByLabel('显示密码').check();
  assert.equal(await password.getAttribute('type'), 'text');
  await expectAccessible(visit, 'the door, with its password shown');
  await screenshot(page, 'console-door-shown-390');
  await password.press('Enter');
  await page.getByRole('heading', { name: '请先设置两步验证' }).waitFor();
  await page.getByRole('button', { name: '开始设置' }).click();
  await page.getByRole('img', { name: '验证器的二维码' }).waitFor();
  await expectAccessible(visit, 'two steps first');
  await screenshot(page, 'second-factor-first');
  const secret = await page.locator('.second-factor .code').innerText();
  await page.getByLabel('六位验证码').fill(codeOf(secret));
  await page.getByRole('button', { name: '确认开启' }).click();
  await page.getByRole('button', { name: '我已保存' }).click();
  await page.getByRole('heading', { name: '工单', exact: true }).waitFor();
  await goTo(visit, server, '/me');
  await page.getByText('公司要求两步验证，不能关闭').waitFor();
  assert.deepEqual(troublesOf(visit), []);
  await visit.close();
});
