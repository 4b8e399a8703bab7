import { expect, it } from 'vitest';
import { systemOf } from './platform';

it('knows which steps to show first', () => {
  expect(systemOf('Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)', 5)).toBe('ios');
  expect(systemOf('Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)', 5)).toBe('ios');
  expect(systemOf('Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)', 0)).toBe('computer');
  expect(systemOf('Mozilla/5.0 (Linux; Android 15; Pixel 9)', 5)).toBe('android');
  expect(systemOf('Mozilla/5.0 (X11; Linux x86_64)', 0)).toBe('computer');
});
