-- Incidents. The affairs with the police and about damage stand apart from what was done.
create table incidents (
    id uuid primary key,
    team_id uuid not null references teams (id),
    reporter_id uuid not null references people (id),
    stage text not null,
    updated_at timestamptz not null,
    version bigint not null,
    body jsonb not null
);
create index incidents_by_team on incidents (team_id, id);
create index incidents_by_reporter on incidents (reporter_id, id);
create index incidents_by_stage on incidents (stage, id);
create table incident_affairs (
    incident_id uuid not null references incidents (id),
    kind text not null,
    version bigint not null,
    body jsonb not null,
    primary key (incident_id, kind)
);
