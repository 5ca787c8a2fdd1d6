"""HTTP: the routes of ``/api/v1``, health, and the page behind a join link."""
