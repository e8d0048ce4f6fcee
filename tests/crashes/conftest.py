"""The course of the killed workers."""

from tests.crashes.courses import caseload, new_job, without_uniqueness

__all__ = ["caseload", "new_job", "without_uniqueness"]
