"""Tests of podviz; the folders mirror the code."""
