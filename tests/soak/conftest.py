"""The long proofs run on the same course as the short ones."""

from tests.crashes.courses import caseload, new_job, without_uniqueness

__all__ = ["caseload", "new_job", "without_uniqueness"]
