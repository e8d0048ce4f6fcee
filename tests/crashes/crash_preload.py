"""What the server of the killed workers loads before it forks them."""

from tests.crashes.crash_worker import shipped_book

shipped_book()
