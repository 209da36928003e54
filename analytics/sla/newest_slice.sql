SELECT greatest((SELECT max(measured) FROM sli_slices), (SELECT max(measured) FROM sla_instances)) AS measured
