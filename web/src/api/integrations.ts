// One's calendars: what is set, the feed, what one's own calendar proposes, and a visit as a file.
import { api, ask, type Answer } from './client';
import type { CalendarFeed, CalendarProposals, MyCalendar, MyCalendarInput } from './types';

export const myCalendar = (): Promise<Answer<MyCalendar>> => ask(() => api.GET('/me/calendar'));

export const changeCalendar = (body: MyCalendarInput): Promise<Answer<MyCalendar>> => ask(() => api.PATCH('/me/calendar', { body }));

export const makeFeed = (): Promise<Answer<CalendarFeed>> => ask(() => api.PUT('/me/calendar/feed'), { again: false });

export const endFeed = (): Promise<Answer<unknown>> => ask(() => api.DELETE('/me/calendar/feed'));

export const proposals = (): Promise<Answer<CalendarProposals>> => ask(() => api.GET('/me/calendar/proposals'), { again: false });

export const visitFile = (id: string): Promise<Answer<Blob>> =>
  ask(async () => {
    const reply = await api.GET('/visits/{id}/calendar', { params: { path: { id } }, parseAs: 'blob' });
    return { ...reply, data: reply.data as Blob | undefined };
  });
