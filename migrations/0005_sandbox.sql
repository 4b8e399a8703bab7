-- The phones of the demo: what they received and what was said to them.
create table sandbox_texts (
    id uuid primary key,
    number text not null,
    at timestamptz not null,
    sender text not null,
    body text not null
);
create index sandbox_texts_by_number on sandbox_texts (number, at);
create table sandbox_calls (
    id uuid primary key,
    number text not null,
    at timestamptz not null,
    state text not null,
    said jsonb not null
);
create index sandbox_calls_by_number on sandbox_calls (number, at);
