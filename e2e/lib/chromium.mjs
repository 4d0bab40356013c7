// Finds or unpacks a Chromium and gives it Chinese letters.

import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

// A container has no user namespaces for the sandbox; the pages under test are our own.
const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
  '--font-render-hinting=none'];

/** The program: the one on the PATH, or what the npm package in CHROMIUM_PACKAGE holds. */
async function program() {
  const folder = process.env.CHROMIUM_PACKAGE;
  if (!folder) {
    const found = ['chromium', 'google-chrome'].map((it) => spawnSync('which', [it], { encoding: 'utf8' }));
    const path = found.find((it) => it.status === 0)?.stdout.trim();
    if (!path) throw new Error('no Chromium: run `cargo xtask test --only browser`, which brings one');
    return { path, env: {} };
  }
  // It unpacks itself into the folder for temporary files, and nobody else may do so meanwhile: prepare.mjs comes first.
  process.env.TMPDIR = join(folder, 'unpacked');
  mkdirSync(process.env.TMPDIR, { recursive: true });
  const entry = createRequire(join(folder, 'package.json')).resolve('@sparticuz/chromium');
  const { default: bundled, inflate } = await import(pathToFileURL(entry));
  const path = await bundled.executablePath();
  // A bare system lacks the libraries that every desktop has; the package brings those too.
  const missing = execFileSync('ldd', [path], { encoding: 'utf8' }).includes('not found');
  if (!missing) return { path, env: {} };
  const libraries = await inflate(join(folder, 'node_modules/@sparticuz/chromium/bin/al2023.tar.br'));
  return { path, env: { LD_LIBRARY_PATH: join(libraries, 'lib') } };
}

/** A home folder with the fonts of the npm package in FONTS_PACKAGE, if one is needed. */
function home() {
  const folder = process.env.FONTS_PACKAGE;
  if (!folder) return {};
  const home = join(folder, 'home');
  const fonts = join(home, '.fonts');
  if (!existsSync(fonts)) {
    const family = join(folder, 'node_modules/@expo-google-fonts/noto-sans-sc');
    // Two weights are all that the pages use.
    for (const weight of ['400Regular', '700Bold']) {
      for (const file of readdirSync(join(family, weight)).filter((it) => it.endsWith('.ttf'))) {
        cpSync(join(family, weight, file), join(fonts, file), { recursive: true });
      }
    }
  }
  return { HOME: home };
}

/** Starts the browser. The caller closes it. */
export async function browser() {
  const { path, env } = await program();
  const user = mkdtempSync(join(tmpdir(), 'huisheng-chromium-'));
  const started = await chromium.launch({
    executablePath: path,
    args: ARGS,
    env: { ...process.env, ...home(), XDG_CONFIG_HOME: user, XDG_CACHE_HOME: user, ...env },
  });
  started.on('disconnected', () => rmSync(user, { recursive: true, force: true }));
  return started;
}
