// What is shown of taps that have not arrived. It is fetched right after the first page, before it can be needed.
export { default as QueuedRow } from './QueuedRow.svelte';
export { default as Refused } from './Refused.svelte';
export { default as Undelivered } from './Undelivered.svelte';
export { default as Unsent } from './Unsent.svelte';
