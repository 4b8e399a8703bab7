import { expect, it } from 'vitest';
import { routeOf, to } from './routes';

const id = '01930000-0000-7000-8000-000000000000';

it('knows its own addresses, and goes home for any other', () => {
  expect(routeOf(to.visit(id))).toEqual({ page: 'visit', id });
  expect(routeOf(to.code(id))).toEqual({ page: 'visit', id, code: true });
  expect(routeOf(to.alarm(id))).toEqual({ page: 'alarm', id });
  expect(routeOf(to.newVisit)).toEqual({ page: 'new-visit', step: 1 });
  expect(routeOf(to.newVisitStep(1))).toEqual({ page: 'new-visit', step: 1 });
  expect(routeOf(to.newVisitStep(4))).toEqual({ page: 'new-visit', step: 4 });
  expect(routeOf('#/bezoeken/nieuw/5')).toEqual({ page: 'home' });
  expect(routeOf('#/telefoons/')).toEqual({ page: 'phones' });
  expect(routeOf(to.me)).toEqual({ page: 'me', id: '' });
  for (const part of ['number', 'pins', 'test', 'push', 'install', 'known'] as const) expect(routeOf(to.mine(part))).toEqual({ page: 'me', id: part });
  expect(routeOf(to.guide)).toEqual({ page: 'guide', id: '' });
  expect(routeOf(to.guideOn('gesprek-stoppen'))).toEqual({ page: 'guide', id: 'gesprek-stoppen' });
  expect(routeOf('#/gids/f')).toEqual({ page: 'home' });
  expect(routeOf('')).toEqual({ page: 'home' });
  expect(routeOf('#/bezoeken/../../etc')).toEqual({ page: 'home' });
});
