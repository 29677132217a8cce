-- Rows of a session that came after their month had left for its file; they may be in both.
SELECT
    request_id,
    created_at,
    1 AS request_count,
    prompt_tokens,
    completion_tokens,
    total_tokens,
    input_cost_micros,
    output_cost_micros
FROM session_usage
WHERE session_id = CAST(:#session_id AS TEXT)
    AND (CAST(:#user_id AS TEXT) IS NULL OR user_id = CAST(:#user_id AS TEXT))
    AND created_at < CAST(:#moved_until AS TEXT)
