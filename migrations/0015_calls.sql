-- Calls that an instance holds itself end with it: what it held when it died is found here.
create index messages_on_the_line on messages (carrier) where state = 'handed-over' and channel = 'call';
