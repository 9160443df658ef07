"""What came of each node of dbt's graph (model, seed, test), in our words, and the line that tells a failure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class NodeResult:
    """One model, seed or test that dbt ran, or skipped because something before it failed."""

    unique_id: str
    name: str
    resource_type: str
    """model, seed, test."""
    status: str
    """success, pass, warn, fail, error, skipped."""
    message: str
    failures: int
    """Rows that break the test; 0 for models."""
    seconds: float
    model: str
    """The model a test belongs to (empty for a test of no single model); a model's own name."""

    @property
    def is_failure(self) -> bool:
        """Whether it stops the publish: a failed test of severity error, or a node that broke."""
        return self.status in {"fail", "error"}

    def line(self) -> str:
        """One line for a person."""
        # Where in its own macros dbt was says nothing about the model.
        text = " ".join(self.message.split()).split(" > in macro ")[0]
        if self.resource_type == "test" and self.status in {"fail", "warn"}:
            return f"check {self.name} failed on {self.model or 'the project'}: {self.failures} rows break it"
        return f"{self.resource_type} {self.name} broke: {text}"


@dataclass(frozen=True)
class NodeEvent:
    """A node that started or finished, for progress: `done` and `total` count nodes of this run."""

    name: str
    resource_type: str
    status: str
    """started, or a status of NodeResult."""
    done: int
    total: int


def node_result(result: Any) -> NodeResult:
    """From dbt's own result of a node."""
    node = result.node
    attached = getattr(node, "attached_node", None) or next(iter(getattr(node.depends_on, "nodes", [])), "")
    model = attached.split(".")[-1] if node.resource_type == "test" else node.name
    return NodeResult(
        unique_id=node.unique_id,
        name=node.name,
        resource_type=str(node.resource_type),
        status=str(result.status),
        message=result.message or "",
        failures=result.failures or 0,
        seconds=result.execution_time,
        model=model,
    )
