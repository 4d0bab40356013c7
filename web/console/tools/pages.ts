// What the two pages must know of the files that were made: the door fetches the console's before they are needed,
// and the console's words are fetched together with its scripts.

import type { IndexHtmlTransformResult, Plugin } from 'vite';

type Chunk = { type: 'chunk'; fileName: string; facadeModuleId: string | null; imports: string[] };
type Bundle = Record<string, { type: string }>;

const BASE = '/console/';
const LANGUAGES = ['zh-CN', 'en'];

function chunkOf(bundle: Bundle, end: string): Chunk {
  const all = Object.values(bundle).filter((it): it is Chunk => it.type === 'chunk');
  const found = all.find((it) => it.facadeModuleId?.endsWith(end));
  if (!found) throw new Error(`no file was made of ${end}`);
  return found;
}

/** The script itself and all that comes with it. */
function withImports(bundle: Bundle, file: string, known = new Set<string>()): Set<string> {
  if (known.has(file)) return known;
  known.add(file);
  for (const it of (bundle[file] as Chunk | undefined)?.imports ?? []) withImports(bundle, it, known);
  return known;
}

const meta = (name: string, content: string) =>
  ({ tag: 'meta', attrs: { name: `huisheng-${name}`, content }, injectTo: 'head-prepend' }) as const;

export function pages(): Plugin {
  return {
    name: 'huisheng-pages',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(_, { bundle, path }): IndexHtmlTransformResult {
        if (!bundle) return [];
        const words = (of: string) => BASE + chunkOf(bundle, `virtual:words/first/${of}`).fileName;
        if (path.endsWith('index.html')) return LANGUAGES.map((it) => meta(`words-${it}`, words(it)));
        // The page's own script only names the others; it stands in the page.
        const { fileName } = chunkOf(bundle, 'index.html');
        const scripts = [...withImports(bundle, fileName)].filter((it) => it !== fileName).map((it) => BASE + it);
        return [meta('console', scripts.join(' '))];
      },
    },
  };
}
