import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { compress } from './tools/compress.ts';
import { words } from './tools/words.ts';

// While the console is worked on, the rest of the house is a server that runs beside.
const house = process.env.HUISHENG_PUBLIC_URL ?? 'http://127.0.0.1:8400';
const proxy = Object.fromEntries(['/api', '/p', '/f', '/readyz'].map((it) => [it, house]));

export default defineConfig({
  base: '/console/',
  plugins: [react(), words(), compress()],
  resolve: { dedupe: ['openapi-fetch'] },
  build: { target: 'es2022', chunkSizeWarningLimit: 1500, reportCompressedSize: false },
  server: { proxy },
  preview: { proxy },
  test: { include: ['src/**/*.test.ts', 'tools/**/*.test.ts'], environment: 'node' },
});
