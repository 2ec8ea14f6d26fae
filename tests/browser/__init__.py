"""A real Chromium against a real server. `make pytest` runs them; `pytest -m "not browser"` leaves them out."""
