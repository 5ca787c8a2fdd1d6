"""What holds for all tests."""

import signal


def pytest_configure() -> None:
    """Let ^C through to the processes that tests start, also where whoever started the tests ignores it (``&``)."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
