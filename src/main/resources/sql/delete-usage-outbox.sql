-- Forgets a row that the other engine has.
DELETE FROM usage_outbox WHERE request_id = CAST(:#request_id AS TEXT)
