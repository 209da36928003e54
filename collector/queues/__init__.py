"""Queue samples: depth, age, consumers and rates as a broker or its poller reports them."""
