"""The long proofs run on the same course as the short ones."""

from tests.crashes.courses import new_job, without_uniqueness

__all__ = ["new_job", "without_uniqueness"]
