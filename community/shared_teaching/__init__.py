"""Shared teaching (共享教学): lessons and research that schools hold together."""
