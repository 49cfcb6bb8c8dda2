-- A dead letter that is tried again is the event that it was, with its headers.

alter table dead_letters
    add column correlation_id text,
    add column traceparent    text;
