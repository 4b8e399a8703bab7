// What people can change and test of their own account.
import { api, ask, type Answer } from '../client';
import type { Channel, ChannelTests, Me } from '../types';

export const sendCode = (number: string): Promise<Answer<unknown>> => ask(() => api.PUT('/me/mobile', { body: { number } }));

export const giveCode = (code: string): Promise<Answer<Me>> =>
  ask((headers) => api.POST('/me/mobile/verification', { body: { code }, headers }));

export const setButton = (number: string): Promise<Answer<Me>> => ask(() => api.PUT('/me/button', { body: { number } }));

export const removeButton = (): Promise<Answer<unknown>> => ask(() => api.DELETE('/me/button'));

export const choosePins = (pin: string, duressPin: string): Promise<Answer<unknown>> =>
  ask(() => api.PUT('/me/pins', { body: { pin, duressPin } }));

export const channelTests = (): Promise<Answer<ChannelTests>> => ask(() => api.GET('/me/channel-tests'));

export const testChannel = (channel: Channel): Promise<Answer<ChannelTests>> =>
  ask((headers) => api.POST('/me/channel-tests', { body: { channel }, headers }));
