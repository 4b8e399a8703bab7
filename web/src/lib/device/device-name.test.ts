// What a device is called, and which one must install the app first.
import { expect, test } from 'vitest';
import { asksInstalling, deviceName } from './device-name';

const SAFARI = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1';
const ANDROID = 'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36';
const EDGE = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0';
const MAC = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15';

test('a device is named by its browser and its system', () => {
  expect(deviceName(SAFARI)).toBe('Safari · iPhone');
  expect(deviceName(ANDROID)).toBe('Chrome · Android');
  expect(deviceName(EDGE)).toBe('Edge · Windows');
  expect(deviceName('curl/8')).toBe('Browser');
});

test('a phone of Apple takes notifications only once the app is on its home screen', () => {
  expect(asksInstalling(SAFARI, 5, false)).toBe(true);
  expect(asksInstalling(SAFARI, 5, true)).toBe(false);
  expect(asksInstalling(MAC, 5, false), 'an iPad that says it is a Mac').toBe(true);
  expect(asksInstalling(MAC, 0, false)).toBe(false);
  expect(asksInstalling(ANDROID, 5, false)).toBe(false);
});
