"""Sentences: normalising, placeholders for names and literals, SentencePiece."""
