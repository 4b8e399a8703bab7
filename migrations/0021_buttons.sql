-- Whose SOS button texts from a number.
alter table people add column button text;
create index people_by_button on people (button);
