INSERT INTO flow_instances
