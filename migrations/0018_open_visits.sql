-- The auditor goes through all visits that are not over, a number of them in each look.
create index visits_open_by_id on visits (id) where status in ('awaiting-approval', 'planned', 'under-way');
