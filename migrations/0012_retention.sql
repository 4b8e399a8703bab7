-- What was removed by itself, and what must be known to do so.
create table retention_runs (
    id uuid primary key,
    -- Whether all was looked at, as each night, or only what goes within hours.
    nightly boolean not null,
    state text not null,
    started_at timestamptz not null,
    ended_at timestamptz,
    version bigint not null,
    body jsonb not null
);
create index retention_runs_by_state on retention_runs (state, started_at);
-- Of several instances one does it.
create table leases (
    name text primary key,
    holder uuid not null,
    held_until timestamptz not null
);
-- The figures of months whose visits are no longer kept; of nobody in particular.
create table report_tallies (
    -- The team and the month.
    id text primary key,
    version bigint not null,
    body jsonb not null
);
-- What a register check answered stands apart from the line that it was done: it goes earlier.
create table register_answers (
    line_id uuid primary key,
    at timestamptz not null,
    body jsonb not null
);
create index register_answers_by_time on register_answers (at);
-- Positions go before their alarms do; what was there before this says so by being looked at.
alter table alarms add column has_position boolean not null default true;
create index alarms_with_position on alarms (id) where has_position;
-- Which visit an incident is about, so that the visit stays with it.
alter table incidents add column visit_id uuid;
alter table incidents add column visit_noted boolean not null default false;
create index incidents_by_visit on incidents (visit_id);
-- What an answer that is kept to repeat it is about, so that it goes with it.
alter table idempotency add column subject uuid;
create index idempotency_by_subject on idempotency (subject);
create index messages_loose on messages (created_at) where visit_id is null and alarm_id is null;
-- Files that were imported, by their digest; who did, and which entries came of it.
create table register_imports (
    id uuid primary key,
    at timestamptz not null,
    person_id uuid not null references people (id),
    digest text not null,
    row_count bigint not null,
    state text not null
);
create index register_imports_by_digest on register_imports (digest);
alter table register_entries add column import_id uuid;
create index register_entries_by_import on register_entries (import_id, status);
