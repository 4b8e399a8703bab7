// Whether this is the app on a home screen, and what kind of device it is on.
export type System = 'ios' | 'android' | 'computer';

/** A tablet of Apple says that it is a Mac; a Mac has no touch screen. */
export function systemOf(agent: string, points: number): System {
  if (/iPhone|iPad/.test(agent) || (/Macintosh/.test(agent) && points > 1)) return 'ios';
  return /Android/.test(agent) ? 'android' : 'computer';
}

export const isInstalled = (): boolean =>
  matchMedia('(display-mode: standalone)').matches || ('standalone' in navigator && navigator.standalone === true);
