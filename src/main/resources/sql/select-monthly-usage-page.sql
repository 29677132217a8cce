-- One page of monthly_usage, in the order of its key, after the row that the cursor names.
SELECT
    month,
    user_id,
    model_id,
    provider,
    request_count,
    prompt_tokens,
    completion_tokens,
    total_tokens,
    input_cost_micros,
    output_cost_micros
FROM monthly_usage
WHERE month >= CAST(:#from AS TEXT) AND month <= CAST(:#to AS TEXT)
    AND (month, user_id, model_id)
        > (CAST(:#after_month AS TEXT), CAST(:#after_user_id AS TEXT), CAST(:#after_model_id AS TEXT))
    AND (CAST(:#user_id AS TEXT) IS NULL OR user_id = CAST(:#user_id AS TEXT))
    AND (CAST(:#model AS TEXT) IS NULL OR model_id = CAST(:#model AS TEXT))
    AND (CAST(:#provider AS TEXT) IS NULL OR provider = CAST(:#provider AS TEXT))
ORDER BY month, user_id, model_id
LIMIT CAST(:#rows AS BIGINT)
