-- Who runs: each instance says every few seconds that it lives, and what it has in hand bears its
-- name. These moments are the database's own, so that no instance's clock matters.
create table instances (
    id uuid primary key,
    beat_at timestamptz not null,
    -- Since when it was heard without a gap.
    steady_since timestamptz not null
);
alter table messages add column claimed_by uuid;
-- Channels that had no working carrier, of which people were told.
create table outages (
    channel text primary key,
    since timestamptz not null,
    told_at timestamptz not null,
    over_at timestamptz
);
-- The texts that came in, by the provider's id: one that is brought again, or replayed, does nothing.
create table texts_heard (
    provider_id text primary key,
    at timestamptz not null
);
