"""Every setting of the product, its default and its environment variable.

Owns: reading the environment (this is the only module that does), the places of all state under
`NDR_DATA_DIR`, and the clock. Refuses: I/O; nothing here opens, creates or checks a file.

The environment variable of a field is `NDR_` plus its name in capitals; a `.env` file in the working
directory is read too, and the environment wins over it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BeforeValidator, Field, PositiveFloat, PositiveInt, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

IST = ZoneInfo("Asia/Kolkata")
PROJECT_DIR = Path(__file__).resolve().parent

_PROCESS_STARTED_AT = datetime.now(UTC)


class BadSetting(ValueError):
    """What was set, here or in a file that a setting names, cannot be used; one line says what was expected."""


class Settings(BaseSettings):
    """The settings in force, read once per process by `get_settings`."""

    model_config = SettingsConfigDict(env_prefix="NDR_", env_file=".env", extra="ignore")

    data_dir: Path = Field(default=Path("data"), description="Folder of all state.")
    read_dir: Annotated[Path | None, BeforeValidator(lambda value: value or None)] = Field(
        default=None,
        description="Folder of a build of the past that is read instead of the last one; empty: the last one.",
    )
    mappings_dir: Annotated[Path | None, BeforeValidator(lambda value: value or None)] = Field(
        default=None,
        description="Folder of the mappings of couriers without a reader; empty: `mappings` in the folder.",
    )
    clock_start: AwareDatetime | None = Field(
        default=None,
        description="Start of the simulated clock (ISO-8601 with offset); empty: the real clock.",
    )
    clock_origin: AwareDatetime | None = Field(
        default=None,
        description="The real instant of the clock start, shared by processes; empty: the process's own start.",
    )
    clock_speed: PositiveFloat = Field(
        default=1.0, description="Simulated seconds that pass in one real second; only with a clock start."
    )
    memory_limit_gb: PositiveFloat = Field(
        default=3.0, description="Memory DuckDB may use in a load or a build, in GB; more spills to disk."
    )
    threads: PositiveInt = Field(default=2, description="DuckDB threads in a load or a build.")
    batch_rows: PositiveInt = Field(
        default=500_000, description="Rows the door validates at a time; bounds the memory of a load."
    )
    refuse_share: float = Field(
        default=0.5, ge=0, le=1, description="A file of which more than this share of rows fails is refused."
    )
    future_minutes: PositiveInt = Field(
        default=10, description="A fact this many minutes after its receipt is quarantined."
    )
    linger_seconds: float = Field(
        default=300.0,
        ge=0,
        description="Seconds that a refresh of Dagster's waits for more news before it ends.",
    )
    dashboards_port: PositiveInt = Field(default=8501, description="Port of the pages, on loopback.")
    dagster_port: PositiveInt = Field(default=3000, description="Port of Dagster's interface, on loopback.")
    freshness_minutes: PositiveInt = Field(
        default=60, description="Age in minutes after which the pages call published data stale."
    )

    ledger_url: Annotated[SecretStr | None, BeforeValidator(lambda value: value or None)] = Field(
        default=None,
        description="The ledger's database, as postgresql://user:password@host/name; empty: ledger.db in the folder.",
    )
    ledger_days: PositiveInt = Field(
        default=30,
        description="Days that a loaded receipt stays in the ledger before it goes to the archive.",
    )

    agents: Annotated[str | None, BeforeValidator(lambda value: value or None)] = Field(
        default=None,
        description="Names under which agents enter calls (`Asha, Imran`); empty: each types a name.",
    )

    undo_seconds: int = Field(
        default=10, ge=0, description="Seconds in which an agent can take back a decision before it is sent."
    )

    receiver_host: str = Field(default="127.0.0.1", description="Address on which webhooks are received.")
    receiver_port: PositiveInt = Field(default=8080, description="Port on which webhooks are received.")
    receiver_rate: PositiveInt = Field(
        default=1000,
        description="Webhooks a second that one address may send for one courier; twice that at once.",
    )
    push_max_kb: PositiveInt = Field(default=1024, description="Largest body of a scan push, in KB.")
    document_max_kb: PositiveInt = Field(
        default=16_384, description="Largest body of a document push, in KB."
    )
    signature_minutes: PositiveInt = Field(
        default=5, description="Minutes that a signed webhook's time may differ from the clock."
    )
    least_free_mb: PositiveInt = Field(
        default=500, description="Free disk in MB below which the receiver says that it is not ready."
    )

    poll_minutes: PositiveInt = Field(
        default=5, description="Minutes between two rounds of asking couriers' tracking APIs."
    )
    poll_days: PositiveInt = Field(
        default=30,
        description="Days after its last news for which a parcel without an open case is asked about.",
    )
    tracking_secret: Annotated[SecretStr | None, BeforeValidator(lambda value: value or None)] = Field(
        default=None,
        description="What signs customers' tracking links, at least 32 characters; empty: there is no tracking page.",
    )
    tracking_old_secret: Annotated[SecretStr | None, BeforeValidator(lambda value: value or None)] = Field(
        default=None, description="The secret before, whose links still hold while customers have them."
    )
    tracking_url: Annotated[str | None, BeforeValidator(lambda value: value or None)] = Field(
        default=None,
        description="Where customers reach the receiver, as `https://track.example.in`; empty: its own address.",
    )
    tracking_days: PositiveInt = Field(default=15, description="Days that a tracking link holds.")
    tracking_link_rate: PositiveInt = Field(
        default=30, description="Requests a minute for one parcel's tracking page."
    )
    tracking_address_rate: PositiveInt = Field(
        default=600,
        description="Requests a minute that one address may send to tracking pages; many phones share one.",
    )

    @property
    def warehouse_path(self) -> Path:
        """The DuckDB file of raw, staging and intermediate; only pipeline runs write it."""
        return self.data_dir / "warehouse.duckdb"

    @property
    def marts_path(self) -> Path:
        """The DuckDB file that a build writes the marts to; never read by pages."""
        return self.data_dir / "marts.duckdb"

    @property
    def published_dir(self) -> Path:
        """Folder of the published files: `warehouse.duckdb` and `operations.duckdb`."""
        return self.data_dir / "published"

    @property
    def shown_dir(self) -> Path:
        """Folder of the published files that pages and questions read: `read_dir`, else `published_dir`."""
        return self.read_dir or self.published_dir

    @property
    def mappings_folder(self) -> Path:
        """Folder of the mappings (`<courier>.toml`): `mappings_dir`, else `mappings`; it may be missing."""
        return self.mappings_dir or self.data_dir / "mappings"

    @property
    def inbox_dir(self) -> Path:
        """Folder whose files are loaded by the sensor."""
        return self.data_dir / "inbox"

    @property
    def archive_dir(self) -> Path:
        """Folder that keeps every loaded file under its content's hash."""
        return self.data_dir / "archive"

    @property
    def receipts_dir(self) -> Path:
        """Folder of the receipts that left the ledger, as Parquet by day."""
        return self.archive_dir / "receipts"

    @property
    def quality_dir(self) -> Path:
        """Folder of the last validation results and test results, as JSON."""
        return self.data_dir / "quality"

    @property
    def dagster_dir(self) -> Path:
        """DAGSTER_HOME of the demo and of `ndr up`."""
        return self.data_dir / "dagster"

    def now(self) -> datetime:
        """The clock in UTC: real, or simulated: `clock_start` at `clock_origin`, from there at `clock_speed`."""
        real = datetime.now(UTC)
        if self.clock_start is None:
            return real
        elapsed: timedelta = (real - (self.clock_origin or _PROCESS_STARTED_AT)) * self.clock_speed
        return self.clock_start.astimezone(UTC) + elapsed


class CourierSettings(BaseSettings):
    """One courier's settings: `NDR_<COURIER>_` plus the field's name in capitals."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore")

    webhook_secret: Annotated[SecretStr | None, BeforeValidator(lambda value: value or None)] = Field(
        default=None, description="What proves that a webhook is this courier's; without it all are refused."
    )
    webhook_old_secret: Annotated[SecretStr | None, BeforeValidator(lambda value: value or None)] = Field(
        default=None, description="The secret before, taken as well while the courier changes over."
    )
    webhook_header: str = Field(
        default="", description="The header that holds it; empty: the courier's default."
    )
    webhook_sources: str = Field(
        default="", description="Networks that may send (`10.0.0.0/8, 192.0.2.1`); empty: any."
    )
    base_url: Annotated[str | None, BeforeValidator(lambda value: value or None)] = Field(
        default=None, description="Address of its API; empty: the courier's own."
    )
    token: Annotated[SecretStr | None, BeforeValidator(lambda value: value or None)] = Field(
        default=None, description="The token or key by which its API knows us."
    )
    username: Annotated[str | None, BeforeValidator(lambda value: value or None)] = Field(
        default=None, description="Our name at its API, where it asks for one (Shiprocket: the e-mail)."
    )
    password: Annotated[SecretStr | None, BeforeValidator(lambda value: value or None)] = Field(
        default=None, description="The password of that name, where it asks for one."
    )
    account: Annotated[str | None, BeforeValidator(lambda value: value or None)] = Field(
        default=None,
        description="Our account there, where it asks for one (client id; ClickPost: account codes).",
    )


def courier_settings(slug: str) -> CourierSettings:
    """The settings of the courier of this slug."""
    return CourierSettings(_env_prefix=f"NDR_{slug.upper()}_")  # type: ignore[call-arg]


@lru_cache
def get_settings() -> Settings:
    """The process's settings. Tests that change the environment call `get_settings.cache_clear()`."""
    return Settings()
