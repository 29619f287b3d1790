"""Measures for stance, calibration and extraction, each with an interval."""
