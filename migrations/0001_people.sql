-- Who there is: the organisation, accounts, teams, district officers, and how they sign in.
create table organisation (
    id text primary key,
    version bigint not null,
    body jsonb not null
);
create table people (
    id uuid primary key,
    email text not null unique,
    subject text unique,
    mobile text,
    active boolean not null,
    version bigint not null,
    body jsonb not null
);
create index people_by_mobile on people (mobile);
create table teams (
    id uuid primary key,
    name text not null unique,
    version bigint not null,
    body jsonb not null
);
create table district_officers (
    id uuid primary key,
    version bigint not null,
    body jsonb not null
);
create table verifications (
    person_id uuid primary key references people (id),
    number text not null,
    code_hash text not null,
    failures integer not null,
    expires_at timestamptz not null
);
create table pin_failures (
    person_id uuid primary key references people (id),
    failures integer not null,
    since timestamptz not null
);
create table opt_outs (
    number text primary key,
    at timestamptz not null
);
create table sessions (
    token_hash text primary key,
    person_id uuid not null references people (id),
    created_at timestamptz not null,
    expires_at timestamptz not null
);
create table sign_ins (
    state_hash text primary key,
    body jsonb not null,
    expires_at timestamptz not null
);
create table idempotency (
    scope text not null,
    key text not null,
    fingerprint text not null,
    status integer not null,
    body jsonb not null,
    created_at timestamptz not null,
    primary key (scope, key)
);
create table settings (
    key text primary key,
    body jsonb not null
);
