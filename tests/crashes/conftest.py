"""The course of the killed workers."""

from tests.crashes.courses import new_job, without_uniqueness

__all__ = ["new_job", "without_uniqueness"]
