-- Instances of recomputed keys that there are no more: finer evidence, or another name for the key, has taken their place.
INSERT INTO flow_instances
SELECT * REPLACE ({computed:DateTime64(6,'UTC')} AS computed, 1 AS deleted)
FROM flow_instances AS milestones FINAL
WHERE milestones.flow = {flow:String} AND milestones.definition = {definition:String} AND milestones.computed < {computed:DateTime64(6,'UTC')}
    AND /*which*/
