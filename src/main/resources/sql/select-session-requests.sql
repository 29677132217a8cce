-- One page of a session's requests, newest first, after the row that the cursor names.
SELECT
    request_id,
    model_id,
    provider,
    status,
    prompt_tokens,
    completion_tokens,
    total_tokens,
    input_cost_micros,
    output_cost_micros,
    latency_ms,
    created_at
FROM session_usage
WHERE session_id = CAST(:#session_id AS TEXT)
    AND (CAST(:#user_id AS TEXT) IS NULL OR user_id = CAST(:#user_id AS TEXT))
    AND (created_at, request_id) < (CAST(:#before_created_at AS TEXT), CAST(:#before_request_id AS TEXT))
ORDER BY created_at DESC, request_id DESC
LIMIT CAST(:#rows AS BIGINT)
