-- What people have set for their calendars: whether visits are mailed to them, the address of a calendar
-- of their own, and the feed that they read elsewhere, found by a hash of its secret.
create table calendars (
    person_id uuid primary key references people (id),
    feed text,
    version bigint not null,
    body jsonb not null
);
create unique index calendars_by_feed on calendars (feed);
