-- Other systems that are told what happened, what is told, and how that fared with each of them.
create table webhooks (
    id uuid primary key,
    name text not null unique,
    -- Which types, each between bars, or a star.
    kinds text not null,
    silent_alarms boolean not null,
    created_at timestamptz not null,
    body jsonb not null
);
create table outgoing_events (
    id uuid primary key,
    kind text not null,
    at timestamptz not null,
    -- Which visit, incident or measure.
    subject uuid not null,
    body jsonb not null
);
create index outgoing_events_by_subject on outgoing_events (subject);
create table webhook_deliveries (
    event_id uuid not null,
    webhook_id uuid not null,
    state text not null,
    attempts integer not null,
    next_try_at timestamptz not null,
    leased_until timestamptz,
    failure text,
    ended_at timestamptz,
    primary key (event_id, webhook_id)
);
create index webhook_deliveries_to_send on webhook_deliveries (webhook_id, next_try_at) where state in ('queued', 'sending');
create index webhook_deliveries_dead on webhook_deliveries (webhook_id, event_id) where state = 'dead';
create index webhook_deliveries_ended on webhook_deliveries (ended_at) where ended_at is not null;
