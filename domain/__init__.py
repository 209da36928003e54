"""The nouns of Supplyscope and the user's configuration: YAML in, frozen types out."""
