"""A page per audience. Each module reads like a description of its screen."""
