-- Who changes a visit, or removes it, finds its colleagues without reading those of all others.
create index visit_colleagues_by_visit on visit_colleagues (visit_id);
