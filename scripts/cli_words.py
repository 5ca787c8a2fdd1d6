"""What the pages about the command line say beside what the commands say of themselves."""

from __future__ import annotations

EXAMPLES = (
    ("syncwatch host film.mkv", "Watch a film with friends: start a server here, and get a link for them."),
    ("syncwatch join http://192.168.1.20:8765/s/7KD-93F", "Join by the link that somebody sent."),
    ("syncwatch pause 7KD-93F", "Pause for everybody, from a script or a key binding."),
    ("syncwatch status 7KD-93F --json", "The whole session, for a program."),
    ("syncwatch queue add 7KD-93F https://vimeo.com/76979871", "Watch this one next."),
    ("syncwatch join 7KD-93F --no-tui --json", "Take part, and print what happens as JSON lines."),
)
"""Command lines, each with what it is for."""

VALUES = (
    ("SOURCE", "a URL (http or https), or a local file that everybody has a copy of"),
    (
        "CODE",
        "a session's six letters and digits, as in 7KD-93F, or its join link; case, dashes and spaces do not matter",
    ),
    ("POS", "seconds, mm:ss or h:mm:ss; +10 and -10 go on or back from where it stands"),
)
"""What stands in capitals in more than one place."""

STREAMS = (
    "What a command prints on stdout is for programs: a code, a table, with --json JSON. Everything else it says goes "
    "to stderr. When a command fails, stdout is empty, but for what host, join and events printed before, and for "
    "resolve, whose failures are rows. With --json an error is one object on stderr: "
    '{"error": {"code": …, "message": …, "hint": …}}.'
)

PRECEDENCE = (
    "A typed option comes before its environment variable, that before the config file, and that before the default."
)

VARIABLES = (
    ("SYNCWATCH_CONFIG", "The config file, in place of config.toml in the user's own folder for settings."),
    ("SYNCWATCH_STATE_DIR", "The folder in which codes, servers and tokens are remembered, mode 0700."),
)
"""Those that stand for no option and no setting."""

SERVER_VARIABLES = "What else a server reads is in docs/contract.md, section 5, and docs/operating.md."
