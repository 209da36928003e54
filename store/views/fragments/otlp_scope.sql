-- source: service, attributes of the resource, their types, schema URL; name of the scope, version, attributes, types, schema URL.
SELECT
    (service, mapFromArrays(resource_names, arraySlice(values, 1, length(resource_names))), types(resource_names, resource_tags), url,
        scope.name, scope.version, mapFromArrays(scope_names, arraySlice(values, length(resource_names) + 1)), types(scope_names, scope_tags),
        scope_url) AS source,
    resource_keys,
    received${sequence},
    ${records}
FROM
(
    SELECT
        *,
        if(to_mask(arrayConcat(resource_names, scope_names), all_texts),
            arrayMap((n, t) -> masked_everywhere(n, t), arrayConcat(resource_names, scope_names), all_texts), all_texts) AS values
    FROM
    (
        SELECT
            url, resource_names, resource_tags, received${sequence},
            resource_texts[indexOf(resource_names, 'service.name')] AS service,
            [
${resource_keys}
            ] AS resource_keys,
            scopes.scope AS scope,
            scopes.schema_url AS scope_url,
            CAST(scope.attributes.key, 'Array(LowCardinality(String))') AS scope_names,
            arrayMap(v -> type(v), scope.attributes.value) AS scope_tags,
            arrayConcat(resource_texts, arrayMap(v -> text(v), scope.attributes.value)) AS all_texts,
            scopes.${records} AS ${records}
        FROM
        (
            SELECT
                resources.schema_url AS url,
                CAST(resources.resource.attributes.key, 'Array(LowCardinality(String))') AS resource_names,
                arrayMap(v -> text(v), resources.resource.attributes.value) AS resource_texts,
                arrayMap(v -> type(v), resources.resource.attributes.value) AS resource_tags,
                single(resource_texts, resource_tags) AS resource_key_texts,
                resources.${scopes} AS scopes,
                fromUnixTimestamp64Milli(toInt64(intDiv(received_unix_nano, 1000000)), 'UTC') AS received${sequence}
            FROM ${table}
            ARRAY JOIN ${resources} AS resources
        )
        ARRAY JOIN scopes
    )
)
