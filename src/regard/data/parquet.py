"""Tables of sequences in Parquet, in batches, so that neither a damaged nor a swollen file costs the machine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from regard.data import limits
from regard.data.files import check_file
from regard.data.sequence_tables import check_once
from regard.errors import InputError, RegardError, reason


def is_parquet(path: Path) -> bool:
    """Does the file begin as Parquet does? Raises InputError where it is no file or may not be read."""
    check_file(path, "FASTA, TSV, CSV or Parquet")
    if not path.is_file():  # a pipe cannot be read twice
        return False
    try:
        with path.open("rb") as file:
            return file.read(4) == b"PAR1"
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({reason(error)})") from None


def parquet_names(path: Path) -> list[str]:
    """Names of the columns, as they are."""
    with damaged(path):
        return [str(name) for name in pq.read_schema(path).names]


def parquet_batches(path: Path, wanted: Sequence[str], rows: int, *, whole: bool = True) -> Iterator[dict[str, list]]:
    """Values of those of the wanted columns that are there, by name in lower case, some rows at a time.

    Text may be encoded as a dictionary. A text is one Python object however often it stands there.

    whole : will all batches be in memory together? Then the limit of letters is that of all of them.

    Raises
    ------
    InputError
        A column of lists, structs or bytes that are no text; a damaged file; more text than `data.limits` allow.
    """
    with damaged(path):
        schema = pq.read_schema(path)
        check_once(path, schema.names)
        names = {name.strip().lower(): name for name in schema.names}
        columns = {name: names[name] for name in wanted if name in names}
        kinds = {name: schema.field(column).type for name, column in columns.items()}
        for name, kind in kinds.items():
            check_kind(path, name, kind)
        encoded = [columns[name] for name, kind in kinds.items() if is_text(kind)]
        file = pq.ParquetFile(path, read_dictionary=encoded)
        check_size(path, file)
        letters = 0
        for batch in file.iter_batches(rows, columns=list(columns.values())):
            letters = letters * whole + sum(text_bytes(batch.column(column)) for column in columns.values())
            if letters > limits.LETTERS:
                raise InputError(f"{path}: more than {limits.LETTERS:,} letters; give it in parts")
            yield {name: values(batch.column(column)) for name, column in columns.items()}


class damaged:
    """Whatever pyarrow raises within is an InputError that names the file."""

    def __init__(self, path: Path):
        self.path = path

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind, error, trace) -> None:
        if error is not None and isinstance(error, Exception) and not isinstance(error, RegardError):
            no_text = isinstance(error, UnicodeDecodeError)
            what = "holds bytes that are no text" if no_text else "is damaged or cut short"
            raise InputError(f"{self.path}: the Parquet file {what} ({reason(error)})") from None


def is_text(kind: pa.DataType) -> bool:
    return pa.types.is_string(kind) or pa.types.is_large_string(kind)


def check_kind(path: Path, name: str, kind: pa.DataType) -> None:
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    text = is_text(kind) or pa.types.is_null(kind) or kind == pa.string_view()
    plain = pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind)
    if not (text or (plain and name != "sequence")):
        expected = "text" if name == "sequence" else "text or numbers"
        raise InputError(f"{path}: its column {name!r} holds {str(kind)[:60]}; expected {expected}")


def check_size(path: Path, file: pq.ParquetFile) -> None:
    """Raise InputError where the file itself says that it holds too much.

    What it says of single columns is not asked: pyarrow ends the process where that is damaged.
    """
    told = file.metadata
    if told.num_rows > limits.ROWS:
        raise InputError(f"{path}: {told.num_rows:,} rows; at most {limits.ROWS:,} are read")
    unpacked = sum(told.row_group(group).total_byte_size for group in range(told.num_row_groups))
    most = max(limits.PACKED_RATIO * path.stat().st_size, limits.PACKED_FREE)
    if unpacked > most:
        raise InputError(f"{path}: it unpacks to {unpacked:,} bytes; at most {most:,} are read of a file of its size")


def text_bytes(column: pa.Array) -> int:
    """Bytes of text in a column of a batch, each row counted."""
    if not isinstance(column, pa.DictionaryArray) or not is_text(column.type.value_type):
        return 0
    length = pc.binary_length(column.dictionary).take(column.indices)  # pyright: ignore[reportAttributeAccessIssue]
    return pc.sum(length).as_py() or 0  # pyright: ignore[reportAttributeAccessIssue]


def values(column: pa.Array) -> list:
    if isinstance(column, pa.DictionaryArray):
        words = column.dictionary.to_pylist()
        return [None if at is None else words[at] for at in column.indices.to_pylist()]
    return column.to_pylist()
