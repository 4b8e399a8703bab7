-- Everything personal is sealed: bodies are encrypted, and what is looked up is a keyed hash of it.
-- A body that is a JSON text is sealed; rows from before are sealed at the next start.
-- These hold minutes or hours of what can be asked again.
delete from verifications;
alter table verifications drop column number;
alter table verifications drop column code_hash;
alter table verifications add column body jsonb not null default '{}';
drop table idempotency;
create table idempotency (
    -- The hash of whose key it is, and of the key.
    id text primary key,
    status integer not null,
    created_at timestamptz not null,
    body jsonb not null
);
create index idempotency_by_time on idempotency (created_at);
-- What the button on a notification said.
alter table links drop column outcome;
alter table links add column body jsonb;
-- The subject and the number themselves, for a hash cannot be hashed anew.
alter table people add column identity jsonb;
alter table opt_outs add column body jsonb;
-- The phones of the demo begin empty.
drop table sandbox_texts;
create table sandbox_texts (
    id uuid primary key,
    number text not null,
    at timestamptz not null,
    body jsonb not null
);
create index sandbox_texts_by_number on sandbox_texts (number, at);
drop table sandbox_calls;
create table sandbox_calls (
    id uuid primary key,
    number text not null,
    at timestamptz not null,
    state text not null,
    body jsonb not null
);
create index sandbox_calls_by_number on sandbox_calls (number, at);
-- The access log is a chain: the hash of a line ties it to all before it.
alter table access_log add column seq bigint;
alter table access_log add column hash text;
create unique index access_log_by_seq on access_log (seq);
-- Its two ends, sealed, so that nobody without the key can move them. Who writes a line holds this row.
create table access_chain (
    id text primary key,
    body jsonb not null
);
