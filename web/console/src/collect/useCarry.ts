// Moving a thing in a list by finger or pen: a browser's own dragging knows only the mouse.

import { type PointerEvent, type RefObject, useRef, useState } from 'react';

/** So near to an edge the page scrolls along, and by so much a frame. */
const EDGE_PX = 64;
const STEP_PX = 9;

type Carry = {
  list: RefObject<HTMLElement | null>;
  /** Under the finger at this height. */
  over: (y: number) => void;
  land: (from: number, y: number) => void;
  leave: () => void;
};

/** What a handle needs to be carried by; `carried` is the place of what is under way. */
export function useCarry({ list, over, land, leave }: Carry) {
  const [carried, setCarried] = useState<number>();
  const held = useRef<{ from: number; y: number }>(undefined);
  const byFinger = useRef(false);
  const follow = () => {
    const now = held.current;
    const page = list.current?.closest('.main');
    if (!now || !page) return;
    const { top, bottom } = page.getBoundingClientRect();
    const by = now.y < top + EDGE_PX ? -STEP_PX : now.y > bottom - EDGE_PX ? STEP_PX : 0;
    if (by !== 0) {
      page.scrollBy(0, by);
      over(now.y);
    }
    requestAnimationFrame(follow);
  };
  const end = () => {
    held.current = undefined;
    setCarried(undefined);
    leave();
  };
  const handle = (at: number) => ({
    onPointerDown: (event: PointerEvent) => {
      byFinger.current = event.pointerType !== 'mouse';
      if (!byFinger.current) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      held.current = { from: at, y: event.clientY };
      setCarried(at);
      requestAnimationFrame(follow);
    },
    onPointerMove: (event: PointerEvent) => {
      if (!held.current) return;
      held.current.y = event.clientY;
      over(event.clientY);
    },
    onPointerUp: (event: PointerEvent) => {
      if (held.current) land(held.current.from, event.clientY);
      end();
    },
    onPointerCancel: end,
  });
  /** Whether the drag that begins is the browser's answer to a long press. */
  return { carried, handle, isFinger: () => byFinger.current };
}
