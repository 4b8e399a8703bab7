-- What no carrier took in time is overdue as well.
drop index messages_overdue;
create index messages_overdue on messages (deliver_by) where state in ('queued', 'handed-over', 'failed') and deliver_by is not null;
