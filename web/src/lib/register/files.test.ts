import { readFileSync } from 'node:fs';
import { expect, it, vi } from 'vitest';
import type { ImportFault, RegisterImport } from '../../api/register/files';
import { fileTexts } from '../../i18n/register/files';
import { approveWhole, askedOf, columnNames, sayRow } from './files';

const fault = (code: string, column: string | null): ImportFault => ({ line: 2, column, code, message: 'told by the service' });
const batch = (waiting: number): RegisterImport => ({ id: 'i', at: '2026-11-23T12:00:00Z', by: { id: 'p', name: 'Els' }, state: 'loaded', rows: 2500, waiting, mayApprove: waiting > 0 });
const answers = (...waiting: number[]) => {
  const approve = vi.fn();
  for (const n of waiting) approve.mockResolvedValueOnce({ ok: true, value: batch(n) });
  return approve;
};

it('knows what a column asks, whatever its header looks like', () => {
  expect(['Tot en met', 'T/M', 'Postcode 2', 'huis-nummer', 'E-mailadres', 'Telefoon contactpersoon', 'reden', null].map(askedOf)).toEqual(['day', 'day', 'postcode', 'number', 'mail', 'phone', null, null]);
});

it('says what to write where a cell cannot be read', () => {
  expect(sayRow(fault('invalid', 'vanaf'), fileTexts.nl.faults)).toBe('Schrijf een dag als 31-12-2026.');
  expect(sayRow(fault('invalid', 'reden'), fileTexts.nl.faults)).toBe('Dit klopt niet.');
  expect(sayRow(fault('ended', 'vanaf'), fileTexts.nl.faults)).toBe('Deze maatregel is al voorbij.');
  expect(sayRow(fault('of-later', 'vanaf'), fileTexts.nl.faults)).toBe('told by the service');
});

it('has words for every fault that the service tells of a row', () => {
  const of = (path: string): string => readFileSync(new URL(`../../../../src/model/${path}`, import.meta.url), 'utf8').split('#[cfg(test)]')[0] ?? '';
  const files = ['register/sheets/mod.rs', 'register/sheets/register/mod.rs', 'register/sheets/people.rs', 'register/register_input.rs', 'register/address/mod.rs', 'input/faults.rs'];
  const notes = /\b(?:add|require)\([^;]*?"([a-z]+(?:-[a-z]+)*)",\s*(?:"[^"]* [^"]*"|format!|why|longest)/g;
  const codes = [...files.map(of).join('\n').matchAll(notes)].map(([, code]) => code ?? '');
  const told = new Set(codes.filter((code) => code !== 'past'));
  expect(told.size).toBeGreaterThan(10);
  for (const code of told) expect(Object.keys(fileTexts.nl.faults.codes), code).toContain(code);
});

it('calls a column that is not there by what people call it, and all others as the file does', () => {
  const name = columnNames([fault('missing-column', 'reviewOn'), fault('required', 'name')], fileTexts.nl.faults);
  expect([name('reviewOn'), name('name'), name(null)]).toEqual(['herbeoordeling', 'name', '']);
});

it('approves until nothing waits, and tells how far it is', async () => {
  const approve = answers(1500, 500, 0);
  const told: number[] = [];
  expect(await approveWhole(batch(2500), approve, ({ waiting }) => told.push(waiting))).toBeNull();
  expect([approve.mock.calls.length, told]).toEqual([3, [1500, 500, 0]]);
});

it('ends when no more is approved, or the service refuses', async () => {
  const held = answers(3, 3);
  await approveWhole(batch(1000), held, () => {});
  expect(held).toHaveBeenCalledTimes(2);
  const problem = { title: 'no', status: 403, detail: '' };
  expect(await approveWhole(batch(5), () => Promise.resolve({ ok: false, problem }), () => {})).toBe(problem);
  const never = answers();
  expect(await approveWhole(batch(0), never, () => {})).toBeNull();
  expect(never).not.toHaveBeenCalled();
});
