"""Tests of engine.people."""
