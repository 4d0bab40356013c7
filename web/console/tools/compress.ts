// A Brotli twin of every file that is worth it, made once here instead of at every request.

import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import type { Plugin } from 'vite';

const BYTES_MIN = 1024;

export function compress(): Plugin {
  let folder = '';
  return {
    name: 'huisheng-compress',
    apply: 'build',
    configResolved: (config) => {
      folder = config.build.outDir;
    },
    closeBundle: () => {
      const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
      for (const path of files.map((it) => join(folder, it)).filter((it) => /\.(js|css|svg|json)$/.test(it))) {
        if (statSync(path).size < BYTES_MIN) continue;
        const text = readFileSync(path);
        const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: text.length };
        writeFileSync(`${path}.br`, brotliCompressSync(text, { params }));
      }
    },
  };
}
