import { type RefObject, useLayoutEffect, useState } from 'react';
import { rowHeight } from './cardWindow.ts';

/** How far an element is scrolled, in whole rows, and how much of it is seen. */
export function useScrolled(element: RefObject<HTMLElement | null>): readonly [scrolled: number, seen: number] {
  const [scrolled, setScrolled] = useState(0);
  const [seen, setSeen] = useState(800);
  useLayoutEffect(() => {
    const list = element.current;
    if (list === null) return;
    const look = (): void => {
      setScrolled(Math.floor(list.scrollTop / rowHeight) * rowHeight);
      setSeen(list.clientHeight + rowHeight);
    };
    const observer = new ResizeObserver(look);
    observer.observe(list);
    list.addEventListener('scroll', look, { passive: true });
    return () => {
      observer.disconnect();
      list.removeEventListener('scroll', look);
    };
  }, [element]);
  return [scrolled, seen];
}
