import { expect, it } from 'vitest';
import type { Incident } from '../../api/types';
import { decisionInput, newDecision } from './decision';

const incident = { report: { said: 'Ik kom je halen.', done: null }, assessment: { advice: { reaction: 'contact-ban' } } } as unknown as Incident;
const typed = () => newDecision(incident, { name: 'Ruud Smit', phone: '+31611223344' });

it('begins as advised, with the facts that were reported', () => {
  expect([typed().reaction, typed().reason, typed().because]).toEqual(['contact-ban', 'Ik kom je halen.', '']);
});

it('leaves to the policy what was left empty', () => {
  const { letter } = decisionInput({ ...typed(), openChannel: ' Per brief. ' });
  expect(letter).toEqual({ reason: 'Ik kom je halen.', openChannel: 'Per brief.', contact: { name: 'Ruud Smit', phone: '+31611223344' } });
});

it('sends no letter with a talk, and the reason why it departs', () => {
  expect(decisionInput({ ...typed(), reaction: 'talk', because: 'Bood excuses aan.' })).toEqual({ reaction: 'talk', because: 'Bood excuses aan.' });
});
