"""The program: its parser, and how it ends."""

import logging
import os
import signal
import sys
import threading
import traceback
import warnings
from argparse import SUPPRESS, ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType, MappingProxyType
from typing import NoReturn, Protocol, TextIO

from ome_zarr import __version__
from ome_zarr.cli.commands import (
    clean,
    convert,
    create,
    csv_to_labels,
    diff,
    download,
    finder,
    info,
    plan,
    resume,
    scale,
    verify,
    view,
)
from ome_zarr.cli.wishes import as_options
from ome_zarr.errors import ExistsError, NotFoundError, OmeZarrError, OmeZarrWarning, RecipeError

__all__ = ["config_logging", "main", "run_command"]

_DONE, _FAILED, _WRONG_USE = 0, 1, 2
_INTERRUPTED = 128 + signal.SIGINT
"""As shells report a program that a signal ended."""

_MISUSES = (ExistsError, NotFoundError, RecipeError)
"""Errors that another command line would not have."""


class _Command(Protocol):
    """A module of `ome_zarr.cli.commands`."""

    SUMMARY: str
    USAGE: str

    def add_arguments(self, parser: ArgumentParser) -> None: ...
    def run(self, arguments: Namespace) -> int | None:
        """How the program ends where that says something; None: well."""
        ...


_COMMANDS: MappingProxyType[str, _Command] = MappingProxyType(
    {
        "convert": convert,
        "resume": resume,
        "clean": clean,
        "plan": plan,
        "info": info,
        "verify": verify,
        "diff": diff,
        "view": view,
        "finder": finder,
        "download": download,
        "create": create,
        "scale": scale,
        "csv_to_labels": csv_to_labels,
    }
)


def main(args: Sequence[str] | None = None) -> int:
    """0, when what was asked for is done.

    Parameters
    ----------
    args
        What is typed after the program's name. None: what was typed.

    Raises
    ------
    SystemExit
        It is not done. The code is 2 for wrong use, which includes a path where nothing is and a target where
        something is, 130 where the user interrupted, and 1 for anything else; of ``diff``, 1 where images differ.
    """
    code = _exit_code(_parser().parse_args(args))
    if code != _DONE:
        raise SystemExit(code)
    return _DONE


def run_command(name: str, arguments: Namespace) -> None:
    """Do what a command does, for those who have parsed its arguments themselves.

    Parameters
    ----------
    name
        Of the command.
    arguments
        Those that are missing have their defaults.
    """
    parser = ArgumentParser()
    _COMMANDS[name].add_arguments(parser)
    defaults = {action.dest: action.default for action in parser._actions if action.default is not SUPPRESS}  # noqa: SLF001 - argparse has no other way to them
    complete = Namespace(**{"verbose": 0, "quiet": 0} | defaults | vars(arguments))
    config_logging(logging.WARNING, complete)
    _COMMANDS[name].run(complete)


def config_logging(loglevel: int, args: Namespace) -> None:
    """Log to standard error: ten levels more for every ``-v``, ten less for every ``-q``."""
    level = loglevel - 10 * args.verbose + 10 * args.quiet
    logging.basicConfig(level=max(level, logging.DEBUG), format="%(levelname)s %(name)s: %(message)s")


def _exit_code(arguments: Namespace) -> int:
    config_logging(logging.WARNING, arguments)
    with _ended_by_signals(), _warnings_in_one_line(quiet=bool(arguments.quiet)):
        try:
            code = _COMMANDS[arguments.command].run(arguments)
            sys.stdout.flush()  # here, where a closed pipe is expected
        except (KeyboardInterrupt, SystemExit) as end:
            ended_by = end.code if isinstance(end, SystemExit) else _INTERRUPTED
            return _fail(f"interrupted; {_notes(end) or 'nothing was left behind'}", int(ended_by or _INTERRUPTED))
        except BrokenPipeError:
            return _reader_left()
        except Exception as error:  # noqa: BLE001 - whatever it is, a user gets one line
            if arguments.verbose > 1:
                traceback.print_exc()
            return _fail(_told(error), _WRONG_USE if isinstance(error, _MISUSES) else _FAILED)
    return code or _DONE


class _Parser(ArgumentParser):
    """A parser that tells wrong use in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(_WRONG_USE, f"error: {message}; see {self.prog} --help\n")


def _parser() -> ArgumentParser:
    parser = _Parser(prog="ome_zarr", description="Write, inspect, show and copy OME-Zarr images.", allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"ome-zarr {__version__}")
    _add_verbosity(parser, 0)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True, title="commands")
    for name, command in _COMMANDS.items():
        sub = commands.add_parser(
            name,
            help=command.SUMMARY,
            description=f"{command.SUMMARY[0].upper()}{command.SUMMARY[1:]}.",
            usage=f"%(prog)s {command.USAGE}",
            allow_abbrev=False,
        )
        command.add_arguments(sub)
        _add_verbosity(sub, SUPPRESS)  # given before or after the command
    return parser


def _add_verbosity(parser: ArgumentParser, default: object) -> None:
    parser.add_argument(
        "-v", "--verbose", action="count", default=default, help="tell more; twice: everything, and where errors arose"
    )
    parser.add_argument("-q", "--quiet", action="count", default=default, help="tell errors only, and draw no progress")


def _fail(message: str, code: int) -> int:
    print(f"error: {message}", file=sys.stderr)
    return code


def _told(error: Exception) -> str:
    """An error in one line: our own say all that is needed, others also what they are."""
    said = error.strerror if isinstance(error, OSError) and error.strerror else error
    text = " ".join(str(said).split())
    if isinstance(error, OmeZarrError):
        return as_options(_with_notes(text, error))
    return _with_notes(f"{type(error).__name__}: {text}; the option -vv shows where it arose", error)


def _with_notes(text: str, error: BaseException) -> str:
    notes = _notes(error)
    return f"{text}; {notes}" if notes else text


def _notes(error: BaseException) -> str:
    """What was added to an error on its way: how to go on, where something is kept."""
    return "; ".join(getattr(error, "__notes__", ()))


def _reader_left() -> int:
    """End quietly: the program that read our output has seen enough."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return _FAILED


@contextmanager
def _warnings_in_one_line(*, quiet: bool) -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore" if quiet else "always", OmeZarrWarning)
        warnings.showwarning = _show_warning
        yield


def _show_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    del category, filename, lineno, file, line  # of interest to programmers only
    print(f"warning: {as_options(str(message))}", file=sys.stderr)


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Let a batch system's SIGTERM end the program as Ctrl-C does: cleaned up. A second Ctrl-C ends it at once."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {signal.SIGTERM: signal.signal(signal.SIGTERM, _terminated)}
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # and not ignored, as in the background
        before[signal.SIGINT] = signal.signal(signal.SIGINT, _interrupted)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _interrupted(number: int, frame: FrameType | None) -> NoReturn:
    del number, frame
    signal.signal(signal.SIGINT, _interrupted_again)
    raise KeyboardInterrupt


def _interrupted_again(number: int, frame: FrameType | None) -> NoReturn:
    del number, frame
    os._exit(_INTERRUPTED)


def _terminated(number: int, frame: FrameType | None) -> NoReturn:
    del frame
    raise SystemExit(128 + number)
