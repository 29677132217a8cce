-- The oldest rows that another engine has still to be told of: request ids begin with their time.
SELECT
    session_usage.request_id,
    client_request_id,
    session_id,
    user_id,
    requested_model,
    model_id,
    provider,
    endpoint,
    stream,
    status,
    usage_source,
    prompt_tokens,
    completion_tokens,
    total_tokens,
    cached_tokens,
    cache_write_tokens,
    cache_write_1h_tokens,
    reasoning_tokens,
    input_cost_micros,
    output_cost_micros,
    price_version,
    finish_reason,
    error_code,
    upstream_status,
    latency_ms,
    first_byte_ms,
    created_at,
    ended_at
FROM usage_outbox
JOIN session_usage ON session_usage.request_id = usage_outbox.request_id
ORDER BY usage_outbox.request_id
LIMIT 500
