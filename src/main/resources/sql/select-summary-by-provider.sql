-- The sums of all days of the filter, by provider.
SELECT
    provider,
    COALESCE(SUM(request_count), 0) AS request_count,
    COALESCE(SUM(prompt_tokens), 0) AS prompt_tokens,
    COALESCE(SUM(completion_tokens), 0) AS completion_tokens,
    COALESCE(SUM(total_tokens), 0) AS total_tokens,
    COALESCE(SUM(input_cost_micros), 0) AS input_cost_micros,
    COALESCE(SUM(output_cost_micros), 0) AS output_cost_micros
FROM daily_usage
WHERE date >= CAST(:#from AS TEXT) AND date <= CAST(:#to AS TEXT)
    AND (CAST(:#user_id AS TEXT) IS NULL OR user_id = CAST(:#user_id AS TEXT))
    AND (CAST(:#model AS TEXT) IS NULL OR model_id = CAST(:#model AS TEXT))
    AND (CAST(:#provider AS TEXT) IS NULL OR provider = CAST(:#provider AS TEXT))
GROUP BY provider
ORDER BY provider
