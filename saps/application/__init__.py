"""What uses several floors: loading a model, requests, answers; below what people type and see."""
