-- How somebody signed in: in which session of the identity provider, as a hash, and how strongly.
alter table sessions add column sid_hash text;
alter table sessions add column acr text;
create index sessions_by_sid on sessions (sid_hash);
create index sessions_by_person on sessions (person_id);
-- The logout tokens that came from the provider, by their hashes: each does its work once.
create table logouts_heard (
    token_hash text primary key,
    at timestamptz not null
);
-- What the municipality's directory keeps of people and teams: its own name and id for them, hashed
-- to find them by, and all that it said. Who was removed there is hidden here.
create table directory_people (
    person_id uuid primary key references people (id),
    user_name text unique,
    external_id text,
    hidden boolean not null,
    created_at timestamptz not null,
    changed_at timestamptz not null,
    body jsonb not null
);
create index directory_people_by_external_id on directory_people (external_id);
create table directory_teams (
    team_id uuid primary key references teams (id),
    external_id text,
    hidden boolean not null,
    created_at timestamptz not null,
    changed_at timestamptz not null,
    body jsonb not null
);
create index directory_teams_by_external_id on directory_teams (external_id);
