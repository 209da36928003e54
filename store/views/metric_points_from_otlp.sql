-- OTLP metric request → data points of all five kinds, each kind first brought into one shape; the rest as in spans_from_otlp. What may
-- need masking lies in one array: the values of a point's attributes, of its metric's metadata and of its exemplars'. The tag of `data` is
-- the field number of the kind; that of a number is 4 double or 6 int in a point, 3 double or 6 int in an exemplar.
CREATE MATERIALIZED VIEW metric_points_from_otlp TO metric_points AS
WITH
${masking}
${otlp_values}
    (count, lengths) -> arrayMap((end, length) -> end - length + count, arrayCumSum(lengths), lengths) AS starts,
    (tag) -> toUInt8(multiIf(tag = 6, 3, tag = 0, 0, 4)) AS number_type,
    (n) -> if(n.value = 6, toFloat64(n.as_int), n.as_double) AS number
SELECT
    metric.name AS metric,
    transform(metric.data, [5, 7, 9, 10, 11], ['gauge', 'sum', 'histogram', 'exponential_histogram', 'summary'], '') AS kind,
    metric.unit AS unit,
    metric.description AS description,
    instant(point.1.3) AS time,
    instant(point.1.2) AS start,
    point.2.1 AS value,
    point.2.2 AS value_type,
    point.2.3 AS int_value,
    toUInt8(least(greatest(metric.sum.aggregation_temporality, metric.histogram.aggregation_temporality,
        metric.exponential_histogram.aggregation_temporality, 0), 255)) AS temporality,
    metric.sum.is_monotonic AS monotonic,
    point.3.1 AS count,
    point.3.2 AS sum,
    point.3.3 AS min,
    point.3.4 AS max,
    point.4.1 AS bucket_counts,
    point.4.2 AS explicit_bounds,
    point.5.1 AS scale,
    point.5.2 AS zero_count,
    point.5.3 AS zero_threshold,
    point.5.4.1 AS positive_offset,
    point.5.4.2 AS positive_counts,
    point.5.5.1 AS negative_offset,
    point.5.5.2 AS negative_counts,
    point.6 AS quantiles,
    arrayMap((e, s) -> (instant(e.time_unix_nano), number(e), number_type(e.value), e.as_int, lower(hex(e.trace_id)), lower(hex(e.span_id)),
        mapFromArrays(e.filtered_attributes.key, arraySlice(values, s + 1, length(e.filtered_attributes))),
        types(e.filtered_attributes.key, arraySlice(tags, s + 1, length(e.filtered_attributes)))),
        traced, starts(own + of_metric, arrayMap(e -> length(e.filtered_attributes), traced))) AS exemplars,
    point.1.4 AS flags,
    if(has(names, 'service.name'), texts[indexOf(names, 'service.name')], source.1) AS service,
    interface_id,
    facility_id,
    mapFromArrays(arraySlice(names, 1, own), arraySlice(values, 1, own)) AS attributes,
    types(arraySlice(names, 1, own), arraySlice(tags, 1, own)) AS attribute_types,
    mapFromArrays(arraySlice(names, own + 1, of_metric), arraySlice(values, own + 1, of_metric)) AS metadata,
    types(arraySlice(names, own + 1, of_metric), arraySlice(tags, own + 1, of_metric)) AS metadata_types,
    source.2 AS resource_attributes,
    source.3 AS resource_attribute_types,
    source.4 AS resource_schema_url,
    source.5 AS scope_name,
    source.6 AS scope_version,
    source.7 AS scope_attributes,
    source.8 AS scope_attribute_types,
    source.9 AS scope_schema_url,
    if(any_to_mask, arrayFlatten(arrayMap((n, t) -> masking_rules(n, t), names, texts)), []) AS masked,
    received
FROM
(
    SELECT
        * EXCEPT (key_texts),
        if(any_to_mask, arrayMap((n, t) -> masked_value(n, t), names, texts), texts) AS values
    FROM
    (
        SELECT
            *,
${point_key_columns}
            to_mask(names, texts) AS any_to_mask
        FROM
        (
            SELECT
                * EXCEPT (all_pairs),
                CAST(all_pairs.key, 'Array(LowCardinality(String))') AS names,
                arrayMap(v -> text(v), all_pairs.value) AS texts,
                arrayMap(v -> type(v), all_pairs.value) AS tags,
                single(texts, tags) AS key_texts
            FROM
            (
                SELECT
                    * EXCEPT (points),
                    point,
                    point.1.5 AS traced,
                    length(point.1.1) AS own,
                    length(metric.metadata) AS of_metric,
                    arrayConcat(point.1.1, metric.metadata, arrayFlatten(point.1.5.filtered_attributes)) AS all_pairs
                FROM
                (
                    WITH
                        -- attributes, start, time, flags, exemplars | value, type, int | count, sum, min, max | buckets, bounds
                        -- | scale, zeros, threshold, positive, negative | quantiles
                        (0., toUInt8(0), toInt64(0)) AS no_number,
                        (toUInt64(0), CAST(NULL, 'Nullable(Float64)'), CAST(NULL, 'Nullable(Float64)'), CAST(NULL, 'Nullable(Float64)')) AS no_sums,
                        (CAST([], 'Array(UInt64)'), CAST([], 'Array(Float64)')) AS no_buckets,
                        (toInt32(0), CAST([], 'Array(UInt64)')) AS no_side,
                        (toInt32(0), toUInt64(0), 0., no_side, no_side) AS no_exponential,
                        CAST([], 'Array(Tuple(Float64, Float64))') AS no_quantiles,
                        CAST([], 'Array(Tuple(time_unix_nano UInt64, value UInt8, as_double Float64, as_int Int64, trace_id String, span_id String,
                            filtered_attributes Array(Tuple(key String, value Tuple(value UInt8, string_value String, bool_value Bool, int_value Int64, double_value Float64, kind UInt32)))))') AS no_exemplars,
                        (p) -> ((p.attributes, p.start_time_unix_nano, p.time_unix_nano, p.flags, p.exemplars)) AS common,
                        (p) -> (common(p), (number(p), number_type(p.value), p.as_int), no_sums, no_buckets, no_exponential, no_quantiles) AS of_number,
                        (p) -> (common(p), no_number, (p.count, p.sum, p.min, p.max), (p.bucket_counts, p.explicit_bounds), no_exponential, no_quantiles) AS of_histogram,
                        (p) -> (common(p), no_number, (p.count, p.sum, p.min, p.max), no_buckets,
                            (p.scale, p.zero_count, p.zero_threshold, (p.positive.offset, p.positive.bucket_counts), (p.negative.offset, p.negative.bucket_counts)),
                            no_quantiles) AS of_exponential,
                        (p) -> ((p.attributes, p.start_time_unix_nano, p.time_unix_nano, p.flags, no_exemplars), no_number,
                            (p.count, toNullable(p.sum), no_sums.3, no_sums.4), no_buckets, no_exponential, arrayMap(q -> (q.quantile, q.value), p.quantile_values)) AS of_summary
                    SELECT
                        * EXCEPT (metrics),
                        metric,
                        arrayConcat(arrayMap(p -> of_number(p), metric.gauge.data_points), arrayMap(p -> of_number(p), metric.sum.data_points),
                            arrayMap(p -> of_histogram(p), metric.histogram.data_points),
                            arrayMap(p -> of_exponential(p), metric.exponential_histogram.data_points),
                            arrayMap(p -> of_summary(p), metric.summary.data_points)) AS points
                    FROM
                    (
${otlp_scope}
                    )
                    ARRAY JOIN metrics AS metric
                )
                ARRAY JOIN points AS point
            )
        )
    )
)
