"""Tests of the repository itself: sizes, documents, translations."""
