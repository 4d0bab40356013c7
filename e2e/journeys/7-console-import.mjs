// A file of another system is brought in: letters found out, dates decided, bad rows named, mended and
// brought again.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { browser } from '../lib/chromium.mjs';
import { enter, expectFits, goTo, hire, troublesOf } from '../lib/console.mjs';
import { expectAccessible, screenshot } from '../lib/page.mjs';
import { start } from '../lib/server.mjs';

/** What the service's old system wrote, in GB18030 as it writes on every Chinese Windows. */
const ROWS = `客户编号,姓名,手机,级别,备注
C001,李雷,13800000001,VIP客户,老客户
C002,韩梅梅,13800000002,普通客户,
C003,王小明,不详,普通客户,手机没有登记
C004,赵敏,13800000004,钻石客户,级别是旧叫法
`;

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

/** The bytes of a text in GB18030, made by turning the decoder round: Node has no encoder for it. */
function gb18030(text) {
  const decoder = new TextDecoder('gb18030');
  const bytes = new Map();
  for (let high = 0x81; high <= 0xfe; high += 1) {
    for (let low = 0x40; low <= 0xfe; low += 1) {
      const letter = decoder.decode(Uint8Array.of(high, low));
      if (letter.length === 1 && !bytes.has(letter)) bytes.set(letter, [high, low]);
    }
  }
  return Buffer.from([...text].flatMap((it) => (it < '\x80' ? [it.charCodeAt(0)] : bytes.get(it))));
}

const choose = (page, name, buffer) =>
  page.locator('input[type=file]').first().setInputFiles({ name, mimeType: 'text/csv', buffer });

test('a GB18030 file with bad rows is tried, brought, mended and brought again', async () => {
  const bytes = gb18030(ROWS);
  assert.equal(new TextDecoder('gb18030').decode(bytes), ROWS);
  const visit = await enter(chromium, server, admin);
  const { page } = visit;
  await goTo(visit, server, '/customers');
  await page.getByRole('button', { name: '导入' }).click();
  await page.waitForURL(/\/settings\/imports\?target=customers$/);
  await choose(page, '旧系统客户.csv', bytes);
  await page.waitForURL(/\/settings\/imports\/[0-9a-f-]+$/);
  // The letters are found out, and the columns by their names.
  await page.locator('.map-row').first().waitFor();
  assert.match(await page.locator('.sample').innerText(), /韩梅梅/);
  assert.match(await page.locator('.file-settings').innerText(), /GB18030/);
  await expectAccessible(visit, 'console-import-map');
  await expectFits(visit, 'console-import-map');
  await screenshot(page, 'console-import-map-zh-CN-1440');

  // Tried: each bad row with line, column and reason; nothing is kept.
  await page.getByRole('button', { name: '试运行' }).click();
  await page.getByText('试运行的结果（没有保存）').waitFor();
  const bad = page.getByRole('region', { name: '有问题的行' });
  await bad.locator('tbody tr').nth(1).waitFor();
  const told = (await bad.locator('tbody tr').allInnerTexts()).map((it) => it.replace(/\s+/g, ' '));
  assert.match(told[0], /第 4 行 手机 .*不详/);
  assert.match(told[1], /第 5 行 级别 .*钻石客户/);
  assert.deepEqual((await server.api('GET', '/customers')).items, []);
  await expectAccessible(visit, 'console-import-tried');
  await screenshot(page, 'console-import-tried-zh-CN-1440');

  // What a word means can be said here; the other row is mended in the file.
  await page.getByLabel('客户级别：“钻石客户”的意思').click();
  await page.locator('.ant-select-item-option', { hasText: 'VIP' }).click();
  await page.getByRole('button', { name: '试运行' }).click();
  await page.getByRole('button', { name: '导入 3 行' }).click();
  await page.getByRole('heading', { name: '导入完成' }).waitFor();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: '下载问题行' }).click(),
  ]);
  assert.match(readFileSync(await download.path(), 'utf8'), /C003,王小明,不详/);
  // The row is mended where it stands, and brought in one press with the mapping of this file.
  await page.getByLabel('第 4 行的手机').fill('13800000003');
  await expectAccessible(visit, 'console-import-mend');
  await expectFits(visit, 'console-import-mend');
  await screenshot(page, 'console-import-mend-zh-CN-1440');
  await page.getByRole('button', { name: '导入改好的 1 行' }).click();
  await page.getByRole('heading', { name: '旧系统客户（改好的行）.csv' }).waitFor();
  await page.getByRole('heading', { name: '导入完成' }).waitFor();
  const { items } = await server.api('GET', '/customers');
  assert.deepEqual(items.map((it) => `${it.name} ${it.level}`).sort(), [
    '李雷 vip',
    '王小明 standard',
    '赵敏 vip',
    '韩梅梅 standard',
  ]);
  await goTo(visit, server, '/settings/imports');
  assert.equal(await page.locator('tbody tr').count(), 2);
  assert.deepEqual(troublesOf(visit), []);
  await visit.close();
});
