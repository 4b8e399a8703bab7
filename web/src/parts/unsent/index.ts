// What is shown of taps that have not arrived. It is fetched right after the first page, before it can be needed.
export { default as UnsentVisitRow } from './UnsentVisitRow.svelte';
export { default as RefusedTaps } from './RefusedTaps.svelte';
export { default as UnsentHelp } from './UnsentHelp.svelte';
export { default as UnsentTap } from './UnsentTap.svelte';
