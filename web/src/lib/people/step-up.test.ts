import { describe, expect, it } from 'vitest';
import { stepUp } from './step-up';

describe('signing in again with an extra check', () => {
  it('comes back to the screen that asked for it', () => {
    expect(stepUp('/sign-in?step-up=true', '/register')).toBe('/sign-in?step-up=true&back=%2Fregister');
  });
});
