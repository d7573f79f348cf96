"""Where expressions over counts are computed: the only file that distinguishes engines.

The engine inside is DuckDB: nothing to start. ``EXPOSURE_ENGINE`` (or ``--engine``) names another one by its address:
``duckdb``, ``datafusion``, or that of an Apache Spark cluster (``spark://host:7077``; ``spark://local[2]`` runs one in
this
process' care, with two cores).
"""

from __future__ import annotations

import functools
import os
import re
import warnings
from typing import TYPE_CHECKING, Any

from ..errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import ibis
    import ibis.expr.types as ir
    import pandas as pd

DEFAULT = "duckdb"


def engine(address: str | None = None) -> Engine:
    """The engine at an address; without an address that of ``EXPOSURE_ENGINE``, else the built-in one."""
    return _engine(address or os.environ.get("EXPOSURE_ENGINE") or DEFAULT)


@functools.cache
def _engine(address: str) -> Engine:
    if address == "duckdb":
        return _DuckDB(address)
    if address == "datafusion":
        return _DataFusion(address)
    if address.startswith("spark://"):
        return _Spark(address)
    raise DataError(
        f"there is no engine '{address}'",
        remedy="choose duckdb (inside), datafusion, spark://local[2] or spark://host:7077",
        engine=address,
    )


class Engine:
    """A connection to an engine, made when it is first used.

    Attributes
    ----------
    address
        How the engine was named.
    inside
        Whether it computes on this machine, so that files may be read here before it reads them.
    """

    inside = True

    def __init__(self, address: str) -> None:
        self.address = address

    @functools.cached_property
    def connection(self) -> ibis.BaseBackend:
        """Ibis' connection."""
        raise NotImplementedError

    def scan(self, files: Sequence[Path]) -> ir.Table:
        """The rows of Parquet files, one after another, as an expression; nothing is read yet."""
        raise NotImplementedError

    def run(self, expression: ir.Table) -> pd.DataFrame:
        """The rows of an expression."""
        return self.connection.to_pyarrow(expression).to_pandas(date_as_object=False)


class _DuckDB(Engine):
    @functools.cached_property
    def connection(self) -> ibis.BaseBackend:
        import ibis

        return ibis.duckdb.connect()

    def scan(self, files: Sequence[Path]) -> ir.Table:
        with warnings.catch_warnings():
            # Ibis 12 asks for columns by a name that DuckDB 2 has renamed.
            warnings.filterwarnings("ignore", "fetch_arrow_table", DeprecationWarning)
            return self.connection.read_parquet([str(file) for file in files], hive_partitioning=False)


class _DataFusion(Engine):
    @functools.cached_property
    def connection(self) -> ibis.BaseBackend:
        import ibis

        return ibis.datafusion.connect()

    def scan(self, files: Sequence[Path]) -> ir.Table:
        import ibis

        return (
            ibis.union(*(self.connection.read_parquet(file) for file in files))
            if len(files) > 1
            else self.connection.read_parquet(files[0])
        )


class _Spark(Engine):
    inside = False

    @functools.cached_property
    def connection(self) -> ibis.BaseBackend:
        import ibis

        return ibis.pyspark.connect(_session(self.address))

    def scan(self, files: Sequence[Path]) -> ir.Table:
        from ibis.util import gen_name

        name = gen_name("counts")
        _session(self.address).read.parquet(*(str(file) for file in files)).createOrReplaceTempView(name)
        return self.connection.table(name)


def _session(address: str) -> Any:
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise DataError(
            f"the engine '{address}' needs Apache Spark",
            remedy="install it with: pip install 'exposure-statistics[cluster]'",
            engine=address,
        ) from None
    where = address.removeprefix("spark://")
    local = re.match(r"local\[(\d+)\]", where)
    builder = SparkSession.builder.appName("exposure").master(where if where.startswith("local") else address)
    builder = builder.config("spark.sql.session.timeZone", "UTC").config("spark.ui.showConsoleProgress", "false")
    builder = builder.config("spark.sql.execution.arrow.pyspark.enabled", "true")
    if local:
        # A shuffle in two hundred parts, as on a cluster, would cost more than the work itself.
        builder = builder.config("spark.sql.shuffle.partitions", local.group(1)).config("spark.ui.enabled", "false")
        builder = builder.config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1")
    return builder.getOrCreate()
