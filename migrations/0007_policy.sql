-- The figures of the policy on aggression, and every change of them.
create table policy (
    id text primary key,
    version bigint not null,
    body jsonb not null
);
create table policy_changes (
    id uuid primary key,
    at timestamptz not null,
    person_id uuid not null references people (id),
    body jsonb not null
);
