// Holds web/src against the plan of the house: subjects in every room, few entries a folder, no circles.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { expect, it } from 'vitest';

const SRC = join(import.meta.dirname, '../src');
const MOST_ENTRIES = 12;
const SUBJECTS = ['visits', 'alarms', 'messages', 'register', 'incidents', 'people', 'privacy', 'integrations'];
/** What each room has beside the subjects. */
const CROSS_CUTTING: Record<string, string[]> = {
  api: ['client', 'demo', 'health', 'schema', 'types'],
  i18n: ['index', 'en', 'nl', 'languages'],
  lib: ['clock', 'device', 'forms', 'live'],
  pages: [],
  parts: ['forms', 'layout', 'unsent'],
  styles: ['tokens', 'base', 'controls', 'nl-design', 'layout', 'steps'],
};
/** Rooms that know nothing of the rooms which show things. */
const SHOW_NOTHING = ['api', 'i18n', 'lib', 'outbox', 'service-worker'];

const paths = readdirSync(SRC, { recursive: true, encoding: 'utf8' });
const isFolder = (path: string): boolean => statSync(join(SRC, path)).isDirectory();
const folders = ['', ...paths.filter(isFolder)];
const stem = (path: string): string => (path.split(sep).at(-1) ?? '').replace(/(\.test|\.svelte|\.d)?\.(ts|css|svelte)$/, '');
const imports = new Map(paths.filter((path) => /\.(ts|svelte)$/.test(path)).map((path) => [path, importsOf(path)]));

/** Types and files fetched later count too: who reads one needs the other. */
function importsOf(path: string): string[] {
  const named = readFileSync(join(SRC, path), 'utf8').matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'(\.[^']*)'/g);
  return [...named].flatMap(([, name = '']) => {
    const base = join(SRC, dirname(path), name);
    const found = ['', '.ts', '.svelte.ts', '/index.ts', '.d.ts'].map((end) => base + end).find((file) => existsSync(file) && statSync(file).isFile());
    return found ? [relative(SRC, found)] : [];
  });
}

it('has at most twelve entries in a folder', () => {
  const full = folders.map((folder) => ({ folder, entries: readdirSync(join(SRC, folder)).length })).filter(({ entries }) => entries > MOST_ENTRIES);
  expect(full).toEqual([]);
});

it('has the subjects of the house in every room', () => {
  for (const [room, others] of Object.entries(CROSS_CUTTING)) {
    const strange = readdirSync(join(SRC, room)).map(stem).filter((name) => ![...SUBJECTS, ...others].includes(name));
    expect(strange, room).toEqual([]);
  }
});

it('tells names in a folder apart by more than an ending', () => {
  const root = (name: string): string => name.toLowerCase().replace(/(ations?|ings?|ions?|als?|ers?|ed|ies|es|s|e|y)$/, '');
  for (const folder of folders) {
    const roots = readdirSync(join(SRC, folder)).filter((name) => !name.includes('.test.')).map((name) => root(stem(name)));
    expect(roots.filter((one, at) => roots.indexOf(one) !== at), folder).toEqual([]);
  }
});

it('has no circle of files', () => {
  expect(imports.size).toBeGreaterThan(100);
  const done = new Set<string>();
  const circles: string[] = [];
  const follow = (path: string, way: string[]): void => {
    if (way.includes(path)) circles.push([...way.slice(way.indexOf(path)), path].join(' -> '));
    if (way.includes(path) || done.has(path)) return;
    imports.get(path)?.forEach((next) => follow(next, [...way, path]));
    done.add(path);
  };
  for (const path of imports.keys()) follow(path, []);
  expect(circles).toEqual([]);
});

it('lets a room that shows nothing name none that does', () => {
  const shows = (path: string): boolean => ['pages', 'parts', 'guide'].includes(path.split(sep)[0] ?? '');
  const wrong = [...imports].filter(([path]) => SHOW_NOTHING.includes(path.split(sep)[0] ?? '')).flatMap(([path, names]) => names.filter(shows).map((name) => `${path} -> ${name}`));
  expect(wrong).toEqual([]);
});
