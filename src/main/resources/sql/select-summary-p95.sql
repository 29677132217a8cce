-- The latency that 95 of 100 requests of the filter do not exceed (nearest rank); no row where there is none.
-- How long a lost request took is not known, so it does not count.
SELECT latency_ms
FROM session_usage
WHERE created_at >= CAST(:#from_time AS TEXT) AND created_at < CAST(:#to_time AS TEXT)
    AND status <> 'lost'
    AND (CAST(:#user_id AS TEXT) IS NULL OR user_id = CAST(:#user_id AS TEXT))
    AND (CAST(:#model AS TEXT) IS NULL OR model_id = CAST(:#model AS TEXT))
    AND (CAST(:#provider AS TEXT) IS NULL OR provider = CAST(:#provider AS TEXT))
ORDER BY latency_ms
LIMIT 1
OFFSET (
    SELECT CASE WHEN COUNT(*) = 0 THEN 0 ELSE (COUNT(*) * 95 + 99) / 100 - 1 END
    FROM session_usage
    WHERE created_at >= CAST(:#from_time AS TEXT) AND created_at < CAST(:#to_time AS TEXT)
        AND status <> 'lost'
        AND (CAST(:#user_id AS TEXT) IS NULL OR user_id = CAST(:#user_id AS TEXT))
        AND (CAST(:#model AS TEXT) IS NULL OR model_id = CAST(:#model AS TEXT))
        AND (CAST(:#provider AS TEXT) IS NULL OR provider = CAST(:#provider AS TEXT))
)
