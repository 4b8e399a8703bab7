-- The letter of a measure: how it is worded, and once it was sent, how it was sent.
create table letters (
    entry_id uuid primary key references register_entries (id),
    version bigint not null,
    body jsonb not null
);
-- What people ask about what is held on them.
create table privacy_requests (
    id uuid primary key,
    state text not null,
    version bigint not null,
    body jsonb not null
);
create index privacy_requests_by_state on privacy_requests (state, id);
