-- The sums of all days of the filter, by model.
-- Whole months come from their own sums, the days before and after them from the days.
SELECT
    model_id,
    COALESCE(SUM(request_count), 0) AS request_count,
    COALESCE(SUM(prompt_tokens), 0) AS prompt_tokens,
    COALESCE(SUM(completion_tokens), 0) AS completion_tokens,
    COALESCE(SUM(total_tokens), 0) AS total_tokens,
    COALESCE(SUM(input_cost_micros), 0) AS input_cost_micros,
    COALESCE(SUM(output_cost_micros), 0) AS output_cost_micros
FROM (
    SELECT
        model_id,
        request_count,
        prompt_tokens,
        completion_tokens,
        total_tokens,
        input_cost_micros,
        output_cost_micros
    FROM daily_usage
    WHERE date >= CAST(:#from AS TEXT) AND date < CAST(:#months_from AS TEXT)
        AND (CAST(:#user_id AS TEXT) IS NULL OR user_id = CAST(:#user_id AS TEXT))
        AND (CAST(:#model AS TEXT) IS NULL OR model_id = CAST(:#model AS TEXT))
        AND (CAST(:#provider AS TEXT) IS NULL OR provider = CAST(:#provider AS TEXT))
    UNION ALL
    SELECT
        model_id,
        request_count,
        prompt_tokens,
        completion_tokens,
        total_tokens,
        input_cost_micros,
        output_cost_micros
    FROM monthly_usage
    WHERE month >= CAST(:#months_from AS TEXT) AND month < CAST(:#months_until AS TEXT)
        AND (CAST(:#user_id AS TEXT) IS NULL OR user_id = CAST(:#user_id AS TEXT))
        AND (CAST(:#model AS TEXT) IS NULL OR model_id = CAST(:#model AS TEXT))
        AND (CAST(:#provider AS TEXT) IS NULL OR provider = CAST(:#provider AS TEXT))
    UNION ALL
    SELECT
        model_id,
        request_count,
        prompt_tokens,
        completion_tokens,
        total_tokens,
        input_cost_micros,
        output_cost_micros
    FROM daily_usage
    WHERE date >= CAST(:#months_until AS TEXT) AND date <= CAST(:#to AS TEXT)
        AND (CAST(:#user_id AS TEXT) IS NULL OR user_id = CAST(:#user_id AS TEXT))
        AND (CAST(:#model AS TEXT) IS NULL OR model_id = CAST(:#model AS TEXT))
        AND (CAST(:#provider AS TEXT) IS NULL OR provider = CAST(:#provider AS TEXT))
) AS period
GROUP BY model_id
ORDER BY model_id
