"""Audits of cases and of children without a concern: drawn, filled in, told (HAR-11-2, X-29)."""
