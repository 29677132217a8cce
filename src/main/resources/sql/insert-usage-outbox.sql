-- Notes a row that another engine has still to be told of, unless it is in the ledger already. Before the row itself.
INSERT INTO usage_outbox (request_id)
SELECT CAST(:#request_id AS TEXT)
WHERE NOT EXISTS (SELECT 1 FROM session_usage WHERE request_id = CAST(:#request_id AS TEXT))
ON CONFLICT (request_id) DO NOTHING
