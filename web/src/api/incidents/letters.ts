// The letter of a measure: its words, its delivery, and more time to object.
import { api, ask, type Answer } from '../client';
import type { components } from '../schema';
import type { Entry } from '../types';

type Schemas = components['schemas'];
export type Letter = Schemas['Letter'];
export type LetterWords = Schemas['LetterWordsInput'];

const path = (id: string): { path: { id: string } } => ({ path: { id } });

export const getLetter = (id: string): Promise<Answer<Letter>> => ask(() => api.GET('/register-entries/{id}/letter', { params: path(id) }));

export const composeLetter = (id: string, body: LetterWords): Promise<Answer<Letter>> =>
  ask((headers) => api.POST('/register-entries/{id}/letter', { params: path(id), body, headers }));

/** The letter for a word processor. */
export const getDocument = (id: string): Promise<Answer<Blob>> =>
  ask(async () => {
    const { data, error, response } = await api.GET('/register-entries/{id}/letter/document', { params: path(id), parseAs: 'blob' });
    return { data: data as unknown as Blob, error, response };
  });

export const noteDelivery = (id: string, deliveredOn: string): Promise<Answer<Entry>> =>
  ask((headers) => api.POST('/register-entries/{id}/delivery', { params: path(id), body: { deliveredOn }, headers }));

export const extendObjection = (id: string, body: Schemas['MoreTimeInput']): Promise<Answer<Entry>> =>
  ask((headers) => api.POST('/register-entries/{id}/objection-extension', { params: path(id), body, headers }));
