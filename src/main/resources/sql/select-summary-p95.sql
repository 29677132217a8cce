-- The latency that 95 of 100 requests of the filter do not exceed (nearest rank); no row where there is none.
-- How long a lost request took is not known, so it does not count.
-- How many requests there are is asked of the days; then only the slowest 5 of 100 are passed by, slowest first. A few days
-- are found by time and sorted, all else by latency and sifted: COALESCE and "+ 0" keep each from the other's index.
SELECT latency_ms
FROM (
    SELECT CASE
        WHEN NOT EXISTS (
            SELECT 1
            FROM daily_usage
            WHERE date >= CAST(:#from AS TEXT) AND date <= CAST(:#to AS TEXT)
                AND request_count > lost_count
                AND (CAST(:#user_id AS TEXT) IS NULL OR user_id = CAST(:#user_id AS TEXT))
                AND (CAST(:#model AS TEXT) IS NULL OR model_id = CAST(:#model AS TEXT))
                AND (CAST(:#provider AS TEXT) IS NULL OR provider = CAST(:#provider AS TEXT))
        ) THEN NULL
        WHEN CAST(:#few_days AS BIGINT) = 1 THEN (
            SELECT latency_ms
            FROM session_usage
            WHERE created_at >= CAST(:#from_time AS TEXT) AND created_at < CAST(:#to_time AS TEXT)
                AND status <> 'lost'
                AND (CAST(:#user_id AS TEXT) IS NULL OR user_id = CAST(:#user_id AS TEXT))
                AND (CAST(:#model AS TEXT) IS NULL OR model_id = CAST(:#model AS TEXT))
                AND (CAST(:#provider AS TEXT) IS NULL OR provider = CAST(:#provider AS TEXT))
            ORDER BY latency_ms + 0 DESC
            LIMIT 1
            OFFSET (
                SELECT CAST(COALESCE(SUM(request_count - lost_count), 0) AS BIGINT)
                    - (CAST(COALESCE(SUM(request_count - lost_count), 0) AS BIGINT) * 95 + 99) / 100
                FROM daily_usage
                WHERE date >= CAST(:#from AS TEXT) AND date <= CAST(:#to AS TEXT)
                    AND (CAST(:#user_id AS TEXT) IS NULL OR user_id = CAST(:#user_id AS TEXT))
                    AND (CAST(:#model AS TEXT) IS NULL OR model_id = CAST(:#model AS TEXT))
                    AND (CAST(:#provider AS TEXT) IS NULL OR provider = CAST(:#provider AS TEXT))
            )
        )
        ELSE (
            SELECT latency_ms
            FROM session_usage
            WHERE COALESCE(created_at, '') >= CAST(:#from_time AS TEXT) AND COALESCE(created_at, '') < CAST(:#to_time AS TEXT)
                AND status <> 'lost'
                AND (CAST(:#user_id AS TEXT) IS NULL OR user_id = CAST(:#user_id AS TEXT))
                AND (CAST(:#model AS TEXT) IS NULL OR model_id = CAST(:#model AS TEXT))
                AND (CAST(:#provider AS TEXT) IS NULL OR provider = CAST(:#provider AS TEXT))
            ORDER BY latency_ms DESC
            LIMIT 1
            OFFSET (
                SELECT CAST(COALESCE(SUM(request_count - lost_count), 0) AS BIGINT)
                    - (CAST(COALESCE(SUM(request_count - lost_count), 0) AS BIGINT) * 95 + 99) / 100
                FROM daily_usage
                WHERE date >= CAST(:#from AS TEXT) AND date <= CAST(:#to AS TEXT)
                    AND (CAST(:#user_id AS TEXT) IS NULL OR user_id = CAST(:#user_id AS TEXT))
                    AND (CAST(:#model AS TEXT) IS NULL OR model_id = CAST(:#model AS TEXT))
                    AND (CAST(:#provider AS TEXT) IS NULL OR provider = CAST(:#provider AS TEXT))
            )
        )
    END AS latency_ms
) AS found
WHERE latency_ms IS NOT NULL
