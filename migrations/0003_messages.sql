-- The outbox, and the one-time links that its messages carry.
create table messages (
    id uuid primary key,
    purpose text not null unique,
    channel text not null,
    recipient text not null,
    person_id uuid,
    visit_id uuid,
    alarm_id uuid,
    check_in_id uuid,
    priority integer not null,
    state text not null,
    attempts integer not null,
    created_at timestamptz not null,
    next_try_at timestamptz not null,
    leased_until timestamptz,
    deliver_by timestamptz,
    carrier text,
    provider_id text,
    handed_over_at timestamptz,
    delivered_at timestamptz,
    body jsonb not null
);
create index messages_to_send on messages (priority, next_try_at) where state in ('queued', 'sending');
-- What did not arrive in time, or what no carrier took in time, is said another way.
create index messages_overdue on messages (deliver_by) where state in ('queued', 'handed-over', 'failed') and deliver_by is not null;
create index messages_by_visit on messages (visit_id);
create index messages_by_alarm on messages (alarm_id);
create index messages_by_recipient on messages (recipient, created_at);
create index messages_by_provider on messages (provider_id);
create table links (
    token_hash text primary key,
    kind text not null,
    visit_id uuid,
    alarm_id uuid,
    check_in_id uuid,
    person_id uuid,
    officer_id uuid,
    expires_at timestamptz not null
);
