-- How many requests of the filter took how long, slowest first, to be read as far as is needed: by the index of latencies,
-- which COALESCE sees to.
SELECT latency_ms, COUNT(*) AS request_count
FROM session_usage
WHERE COALESCE(created_at, '') >= CAST(:#from_time AS TEXT) AND COALESCE(created_at, '') < CAST(:#to_time AS TEXT)
    AND status <> 'lost'
    AND (CAST(:#user_id AS TEXT) IS NULL OR user_id = CAST(:#user_id AS TEXT))
    AND (CAST(:#model AS TEXT) IS NULL OR model_id = CAST(:#model AS TEXT))
    AND (CAST(:#provider AS TEXT) IS NULL OR provider = CAST(:#provider AS TEXT))
GROUP BY latency_ms
ORDER BY latency_ms DESC
