// The door inside the console: where a session ended, or was none.

import { useEffect, useRef } from 'react';
import { speak } from '../house/i18n.ts';
import { openDoor } from './door.ts';

export function Door({ done, slug, bare = false }: { done: () => void; slug?: string; bare?: boolean }) {
  const box = useRef<HTMLDivElement>(null);
  const then = useRef(done);
  then.current = done;
  useEffect(() => {
    if (!box.current) return;
    openDoor(box.current, { slug, bare, speak, done: () => then.current() });
  }, [slug, bare]);
  return <div ref={box} className="door-box" />;
}
