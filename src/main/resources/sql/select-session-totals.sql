-- The sums of one session, up to a time.
SELECT
    COUNT(*) AS request_count,
    COALESCE(SUM(prompt_tokens), 0) AS prompt_tokens,
    COALESCE(SUM(completion_tokens), 0) AS completion_tokens,
    COALESCE(SUM(total_tokens), 0) AS total_tokens,
    COALESCE(SUM(input_cost_micros), 0) AS input_cost_micros,
    COALESCE(SUM(output_cost_micros), 0) AS output_cost_micros
FROM session_usage
WHERE session_id = CAST(:#session_id AS TEXT)
    AND created_at < CAST(:#to_time AS TEXT)
    AND (CAST(:#user_id AS TEXT) IS NULL OR user_id = CAST(:#user_id AS TEXT))
