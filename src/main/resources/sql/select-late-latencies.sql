-- Requests of the filter whose rows came after their month had left for its file; they may be in both.
SELECT request_id, created_at, latency_ms
FROM session_usage
WHERE created_at >= CAST(:#from_time AS TEXT) AND created_at < CAST(:#to_time AS TEXT)
    AND created_at < CAST(:#moved_until AS TEXT)
    AND status <> 'lost'
    AND (CAST(:#user_id AS TEXT) IS NULL OR user_id = CAST(:#user_id AS TEXT))
    AND (CAST(:#model AS TEXT) IS NULL OR model_id = CAST(:#model AS TEXT))
    AND (CAST(:#provider AS TEXT) IS NULL OR provider = CAST(:#provider AS TEXT))
