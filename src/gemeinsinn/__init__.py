"""Gemeinsinn: the open-source platform for social planning in local government."""

__version__ = "0.1.0"
