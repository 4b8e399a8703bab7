-- Who speaks with an employee after an incident, and when.
create table aftercare (
    id uuid primary key,
    incident_id uuid not null references incidents (id),
    team_id uuid not null references teams (id),
    person_id uuid not null references people (id),
    version bigint not null,
    body jsonb not null
);
create index aftercare_by_team on aftercare (team_id, id);
create index aftercare_by_person on aftercare (person_id, id);
create index aftercare_by_incident on aftercare (incident_id);
