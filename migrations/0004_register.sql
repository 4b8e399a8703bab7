-- The register of measures, found by normalised keys only, and the log of every look.
create table register_entries (
    id uuid primary key,
    status text not null,
    starts_on date not null,
    ends_on date not null,
    version bigint not null,
    body jsonb not null
);
create index register_entries_by_status on register_entries (status, id);
create index register_entries_by_end on register_entries (ends_on);
-- Only approved entries have keys. The term stands beside the key, so that the index alone tells
-- which entries count today, however many people share a name.
create table register_keys (
    key text not null,
    ends_on date not null,
    starts_on date not null,
    entry_id uuid not null references register_entries (id),
    primary key (key, ends_on, starts_on, entry_id)
);
create index register_keys_by_entry on register_keys (entry_id);
create table access_log (
    id uuid primary key,
    at timestamptz not null,
    person_id uuid,
    action text not null,
    visit_id uuid,
    entry_id uuid,
    body jsonb not null
);
create index access_log_by_time on access_log (at, id);
