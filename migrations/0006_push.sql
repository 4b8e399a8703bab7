-- Devices that take notifications. The address is personal, and stands nowhere else.
create table push_subscriptions (
    id uuid primary key,
    person_id uuid not null references people (id),
    endpoint text not null unique,
    -- The session in which the device last said that it is there; signing out takes the device along.
    session_hash text,
    created_at timestamptz not null,
    seen_at timestamptz not null,
    used_at timestamptz,
    expires_at timestamptz,
    body jsonb not null
);
create index push_subscriptions_by_person on push_subscriptions (person_id);
create index push_subscriptions_by_session on push_subscriptions (session_hash);
-- What the button on a notification did; it does so once.
alter table links add column used_at timestamptz;
alter table links add column outcome text;
