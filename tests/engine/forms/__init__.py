"""Tests of engine.forms."""
