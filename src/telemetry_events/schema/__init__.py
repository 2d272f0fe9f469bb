"""What a schema says of its events, read from a buf image: the model, its rules, its history."""
