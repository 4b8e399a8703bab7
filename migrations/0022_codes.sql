-- Wrong PINs are counted for each way by which they come: whoever sends texts in somebody's name keeps
-- nobody's PIN from counting in the app. Older programs go on with the table pin_failures.
create table pin_guesses (
    person_id uuid not null references people (id),
    way text not null,
    failures integer not null,
    since timestamptz not null,
    primary key (person_id, way)
);
-- The code that was sent for what a link shows only then, and which phones gave one lately.
alter table links add column code_hash text;
alter table links add column code_tries integer not null default 0;
alter table links add column code_until timestamptz;
create table known_phones (
    token_hash text primary key,
    person_id uuid not null references people (id),
    expires_at timestamptz not null
);
