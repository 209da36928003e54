"""What one side sent and another received."""
