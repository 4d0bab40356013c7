import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { compress } from './tools/compress.ts';
import { pages } from './tools/pages.ts';
import { words } from './tools/words.ts';

// While the console is worked on, the rest of the house is a server that runs beside.
const house = process.env.HUISHENG_PUBLIC_URL ?? 'http://127.0.0.1:8400';
const proxy = Object.fromEntries(['/api', '/p', '/f', '/readyz'].map((it) => [it, house]));

// A browser asks a server for six files at a time: many small ones wait for one another. So there are few, by when
// they are needed: the door; the libraries of the frame and the frame itself; the component library; the pages.
const groups = [
  {
    name: 'door',
    test: /platform\/door\.(ts|css)|house\/(theme|controls)\.css|house\/language|door-words/,
    priority: 9,
  },
  { name: 'vendor', tags: ['$initial' as const], test: /node_modules/, priority: 8 },
  { name: 'frame', tags: ['$initial' as const], test: /console\/src\/(?!platform\/doorPage)/, priority: 7 },
  {
    name: 'library',
    test: /node_modules\/(antd|@rc-component|@ant-design|@emotion|clsx)/,
    minShareCount: 8,
    priority: 6,
  },
  { name: 'shared', test: /console\/src\/house\//, minShareCount: 4, priority: 5 },
];

export default defineConfig({
  base: '/console/',
  plugins: [react(), words(), pages(), compress()],
  resolve: { dedupe: ['openapi-fetch'] },
  build: {
    target: 'es2022',
    chunkSizeWarningLimit: 1500,
    reportCompressedSize: false,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: ['index.html', 'door.html'],
      output: { codeSplitting: { groups } },
    },
  },
  server: { proxy },
  preview: { proxy },
  test: { include: ['src/**/*.test.ts', 'tools/**/*.test.ts'], environment: 'node' },
});
