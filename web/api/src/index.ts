// The API of Huisheng for TypeScript. `schema.ts` is made from openapi.json by `cargo xtask openapi`.

import createClient, { type ClientOptions } from 'openapi-fetch';
import type { components, paths } from './schema.ts';

export type { components, operations, paths } from './schema.ts';

/** What every refusal looks like (RFC 9457): a stable `code`, a sentence in the reader's language. */
export type Problem = components['schemas']['ProblemBody'];

/**
 * A client that knows every path, parameter and body. In a browser the session's cookie travels by
 * itself; a program gives `headers: { authorization: 'Bearer …' }`.
 */
export function huisheng(options: ClientOptions = {}) {
  return createClient<paths>({ credentials: 'same-origin', ...options });
}
