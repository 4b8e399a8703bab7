-- Who belongs to which team, so that nobody opens all teams to find their own.
create table memberships (
    person_id uuid not null,
    team_id uuid not null references teams (id),
    manages boolean not null,
    primary key (person_id, team_id)
);
create index memberships_by_team on memberships (team_id);
-- Who is told of what concerns everybody, so that nobody opens all accounts to find them.
alter table people add column at_desk boolean not null default false;
alter table people add column administers boolean not null default false;
create index people_at_desk on people (id) where at_desk;
create index people_administering on people (id) where administers;
-- The version whose body was filed in these. Another stands there when an older program wrote the row:
-- until the next start files it, it is opened by everybody who looks.
alter table teams add column filed_version bigint not null default 0;
create index teams_not_filed on teams (name) where filed_version <> version;
alter table people add column filed_version bigint not null default 0;
create index people_not_filed on people (id) where filed_version <> version;
