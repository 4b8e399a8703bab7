-- The watch: visits with their check-ins in the body, alarms, what is due, and what happened.
create table visits (
    id uuid primary key,
    team_id uuid not null references teams (id),
    worker_id uuid not null references people (id),
    status text not null,
    starts_at timestamptz not null,
    updated_at timestamptz not null,
    alarm_id uuid,
    version bigint not null,
    body jsonb not null
);
create index visits_by_worker on visits (worker_id, starts_at);
create index visits_by_team on visits (team_id, starts_at);
create index visits_by_change on visits (updated_at);
create index visits_open on visits (status, starts_at) where status in ('awaiting-approval', 'planned', 'under-way');
-- The numbers that may answer for a visit that has not ended.
create table visit_numbers (
    number text not null,
    visit_id uuid not null references visits (id),
    primary key (number, visit_id)
);
create index visit_numbers_by_visit on visit_numbers (visit_id);
-- The accounts that go along on a visit.
create table visit_colleagues (
    person_id uuid not null,
    visit_id uuid not null references visits (id),
    primary key (person_id, visit_id)
);
create table alarms (
    id uuid primary key,
    visit_id uuid references visits (id),
    team_id uuid not null references teams (id),
    state text not null,
    opened_at timestamptz not null,
    updated_at timestamptz not null,
    version bigint not null,
    body jsonb not null
);
create index alarms_not_closed on alarms (opened_at) where state <> 'closed';
create index alarms_by_team on alarms (team_id, opened_at);
create index alarms_by_visit on alarms (visit_id);
create index alarms_by_change on alarms (updated_at);
-- The one durable clock: what is due next for each subject.
create table jobs (
    kind text not null,
    subject uuid not null,
    due_at timestamptz not null,
    -- One that could not be done is left alone until then; it stays as overdue as it is.
    aside_until timestamptz,
    attempts integer not null,
    primary key (kind, subject)
);
create index jobs_by_due on jobs (due_at);
create index jobs_by_kind on jobs (kind, due_at);
create table timeline (
    id uuid primary key,
    visit_id uuid not null,
    at timestamptz not null,
    hidden boolean not null,
    body jsonb not null
);
create index timeline_by_visit on timeline (visit_id, at, id);
