"""From a message owed to a message delivered, or an alarm elsewhere."""
