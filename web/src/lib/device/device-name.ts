// What a device is called in the list of devices, from what its browser says of itself.
import { systemOf } from './platform';

const BROWSERS: [RegExp, string][] = [
  [/Edg/, 'Edge'],
  [/SamsungBrowser/, 'Samsung Internet'],
  [/Firefox|FxiOS/, 'Firefox'],
  [/Chrome|CriOS/, 'Chrome'],
  [/Safari/, 'Safari'],
];
const SYSTEMS: [RegExp, string][] = [
  [/iPhone/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/CrOS/, 'Chromebook'],
  [/Mac OS X/, 'Mac'],
  [/Linux/, 'Linux'],
];

const first = (list: [RegExp, string][], agent: string): string | undefined => list.find(([sign]) => sign.test(agent))?.[1];

export function deviceName(agent: string): string {
  return [first(BROWSERS, agent) ?? 'Browser', first(SYSTEMS, agent)].filter(Boolean).join(' · ');
}

/** Safari on a phone or tablet takes notifications only for an app on the home screen. */
export function asksInstalling(agent: string, points: number, standalone: boolean): boolean {
  return systemOf(agent, points) === 'ios' && !standalone;
}
