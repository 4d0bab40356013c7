// Hands of a member of staff in the console.

import assert from 'node:assert/strict';
import { open } from './page.mjs';
import { chooseOwn, signIn, TENANT } from './server.mjs';

/** Hires somebody with one built-in role and returns how they sign in. */
export async function hire(server, { role, login, name, team }) {
  const roles = await server.api('GET', '/roles');
  const id = crypto.randomUUID();
  const given = `a slip of paper for ${login}`;
  const password = `the password of ${login}`;
  const person = { login, name, number: login, team, roles: [roles.find((it) => it.key === role).id], language: 'zh-CN', active: true };
  await server.api('PUT', `/staff/${id}`, { ...person, password: given });
  return { id, ...(await chooseOwn(server.at, { tenant: TENANT, login, given, password })) };
}

/** Hands for the API as this person. */
export const apiOf = (server, { tenant, login, password }) => signIn(server.at, { tenant, login, password });

/** Opens the console and comes in by the door, as people do. */
export async function enter(chromium, server, who, options = {}) {
  const visit = await open(chromium, { width: 1440, height: 900, ...options });
  const { page } = visit;
  await page.goto(`${server.at}/console/`);
  const chinese = (options.language ?? 'zh-CN') === 'zh-CN';
  await page.getByLabel(chinese ? '企业代号' : 'Company code').fill(who.tenant);
  await page.getByLabel(chinese ? '登录名' : 'Login').fill(who.login);
  await page.getByLabel(chinese ? '密码' : 'Password', { exact: true }).fill(who.password);
  await page.keyboard.press('Enter');
  await page.locator('.shell .main h1').waitFor();
  await page.waitForLoadState('networkidle');
  return visit;
}

/** Goes to a page by its address, and waits until everything asked for is there. */
export async function goTo(visit, server, path) {
  await visit.page.goto(`${server.at}/console${path}`);
  await visit.page.locator('.main h1').waitFor();
  await visit.page.waitForLoadState('networkidle');
}

/** What is wider than its place, on the page or in the part of it that scrolls. */
export async function expectFits(visit, name) {
  const wide = await visit.page.evaluate(() => {
    const main = document.querySelector('.main');
    return main ? main.scrollWidth - main.clientWidth : 0;
  });
  assert.ok(wide <= 0, `${name}: ${wide} px wider than its place`);
}

/** The page scrolls inside its frame; the window itself does not. */
export async function expectStill(visit, name) {
  const tall = await visit.page.evaluate(() => {
    const { scrollHeight, clientHeight } = document.documentElement;
    return scrollHeight - clientHeight;
  });
  assert.ok(tall <= 0, `${name}: the window scrolls by ${tall} px`);
}

/** What went wrong in the page. Leaving a page ends what it was still asking for; that is no failure. */
export const troublesOf = (visit) => visit.troubles.filter((it) => !it.endsWith('net::ERR_ABORTED'));
