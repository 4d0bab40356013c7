// A part of a page in a chunk of its own. One that cannot be fetched costs its own place, never the page around it with
// what somebody typed there.

import { type ComponentType, type ReactNode, useEffect, useState } from 'react';
import { Failed } from './states.tsx';

type Load<P> = () => Promise<ComponentType<P>>;

/** What is there already is drawn at once. */
const loaded = new WeakMap<object, unknown>();

/** `load` is a constant of its module; `given` is what the part is given; `instead` keeps its place until it is there. */
export function Part<P extends object>({
  load,
  given,
  instead = null,
}: {
  load: Load<P>;
  given: P;
  instead?: ReactNode;
}) {
  const [Found, setFound] = useState(() => loaded.get(load) as ComponentType<P> | undefined);
  const [error, setError] = useState<unknown>();
  const [tries, setTries] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each try asks once
  useEffect(() => {
    if (Found) return undefined;
    let gone = false;
    load().then(
      (it) => {
        loaded.set(load, it);
        if (!gone) setFound(() => it);
      },
      (why) => {
        if (!gone) setError(why);
      },
    );
    return () => {
      gone = true;
    };
  }, [tries]);
  const again = () => {
    setError(undefined);
    setTries(tries + 1);
  };
  if (Found) return <Found {...given} />;
  return error === undefined ? instead : <Failed error={error} again={again} />;
}
