/** Whether an element is in sight: in the tab that is shown, of a window that is shown. */
import { type RefObject, useEffect, useState } from 'react';

export function useInSight(element: RefObject<HTMLElement | null>): boolean {
  const [isShown, setIsShown] = useState(true);
  const [isVisible, setIsVisible] = useState(document.visibilityState === 'visible');
  useEffect(() => {
    const observer = new IntersectionObserver((entries) => setIsShown(entries.at(-1)?.isIntersecting ?? true));
    if (element.current !== null) observer.observe(element.current);
    const look = (): void => setIsVisible(document.visibilityState === 'visible');
    document.addEventListener('visibilitychange', look);
    return () => {
      observer.disconnect();
      document.removeEventListener('visibilitychange', look);
    };
  }, [element]);
  return isShown && isVisible;
}
