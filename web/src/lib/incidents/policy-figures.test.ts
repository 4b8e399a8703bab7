import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { DEFAULTS, figuresOf, GROUPS, NAMES, typedFigures, unreadable } from './policy-figures';

it('shows every figure once, with the default of the contract', () => {
  expect(Object.values(GROUPS).flat().sort()).toEqual([...NAMES].sort());
  const contract = readFileSync(new URL('../../../../api.openapi.yaml', import.meta.url), 'utf8');
  const input = contract.slice(contract.indexOf('    PolicyFiguresInput:\n'));
  for (const name of NAMES) {
    const given = new RegExp(` ${name}:\\n(?: {10}.*\\n)*? {10}default: '?([\\d:]+)`).exec(input)?.[1];
    expect([name, given]).toEqual([name, String(DEFAULTS[name])]);
  }
});

it('reads back what it shows, and says what is no figure', () => {
  const figures = { ...DEFAULTS, version: 3 } as Parameters<typeof typedFigures>[0];
  const typed = typedFigures(figures);
  expect(figuresOf(typed, 3)).toEqual(figures);
  expect(unreadable(typed)).toEqual([]);
  const wrong = { ...typed, banMonths: 'zes', aftercareMorning: '9' };
  expect(unreadable(wrong).map(({ field }) => field)).toEqual(['banMonths', 'aftercareMorning']);
});
