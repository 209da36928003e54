"""Business events as CloudEvents 1.0: milestones, prices, order and invoice lines, failures."""
