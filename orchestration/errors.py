"""What can go wrong here that a person can mend; each message is one line that says how.

NdrError
├── QueryError      the question cannot be answered (query.py)
├── TransformError  dbt could not run at all (transform.py)
├── PublishError    the files could not be published; what was published before stands (publish.py)
├── RebuildError    the archive cannot be read again; the warehouse stands as it was (rebuild.py)
├── DemoRefused     the folder holds real data, with which no stand-in world is mixed (demo.py)
└── ServeError      a served program did not start or ended by itself (serve.py)

A failed check is none of these: it is a result of a build (build.BuildResult.failures).
"""

from __future__ import annotations


class NdrError(Exception):
    """The command could not be done."""


class QueryError(NdrError):
    """The question cannot be answered."""


class TransformError(NdrError):
    """dbt could not run at all: the project does not parse, or a file cannot be opened."""


class PublishError(NdrError):
    """The files could not be published; what was published before stands."""


class RebuildError(NdrError):
    """The archive cannot be read again; the warehouse stands as it was."""


class DemoRefused(NdrError):
    """The folder holds data that is not a stand-in world's."""


class ServeError(NdrError):
    """A child could not start or ended by itself; the message says which, and where its log is."""
