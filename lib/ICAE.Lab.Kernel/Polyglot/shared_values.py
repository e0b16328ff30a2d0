"""Values between this kernel and the notebook's other languages.

They travel as JSON; what JSON has no form for is an object whose member "!" says what it is. Blocks of numbers are base64 of little-endian
elements, row by row. numpy and pandas are imported only for a value that needs them.
"""

import base64
import datetime
import decimal
import json
import keyword
import math
import sys

MIME = "application/vnd.icae-lab.shared-value"
MAX_DEPTH = 60
MAX_BYTES = 64_000_000
PART = 4_000_000
TICKS_OF_PANDAS = 2**63 // 100 - 1

_parts = []


class ShareError(Exception):
    """A value cannot be shared; the message says why."""


def take(index, part):
    """Takes a part of the JSON of a value."""
    if index == 0:
        _parts.clear()
    _parts.append(part)


def put(name):
    """Makes the value whose parts were taken a variable of the user's."""
    text = "".join(_parts)
    _parts.clear()
    if not name.isidentifier() or keyword.iskeyword(name):
        raise ShareError(f'"{name}" cannot be the name of a Python variable')
    _variables()[name] = _decode(json.loads(text))


def give(name):
    """Publishes the JSON of a variable of the user's."""
    from IPython.display import display

    variables = _variables()
    if name not in variables:
        raise ShareError(f"there is no variable {name}")
    text = json.dumps(_encode(variables[name], set()), separators=(",", ":"))
    if len(text) > MAX_BYTES:
        raise ShareError("it is larger than 64 MB as JSON")
    for start in range(0, len(text), PART):
        display({MIME: text[start : start + PART]}, raw=True)


def _variables():
    from IPython import get_ipython

    return get_ipython().user_ns


def _need(module, what):
    try:
        return __import__(module)
    except ImportError as error:
        raise ShareError(f"{what} needs {module}, which cannot be imported in this Python ({error})") from None


# Out of JSON.


def _decode(value):
    if isinstance(value, list):
        return [_decode(item) for item in value]
    if isinstance(value, dict):
        return _DECODERS[value["!"]](value)
    return value


def _decode_map(value):
    return dict(zip(value["k"], map(_decode, value["v"])))


def _decode_block(value):
    numpy = _need("numpy", "an array")
    return _block(numpy, value["type"], value["v"]).reshape(value["shape"])


def _decode_table(value):
    pandas = _need("pandas", "a table")
    numpy = _need("numpy", "a table")
    return pandas.DataFrame({column["name"]: _decode_column(pandas, numpy, column) for column in value["columns"]})


def _decode_column(pandas, numpy, column):
    kind = column["type"]
    if kind == "text":
        return pandas.Series(column["v"], dtype=object)
    mask = _block(numpy, "bool", column["missing"]) if column.get("missing") else None
    if kind == "datetime":
        return _decode_times(pandas, numpy, column, mask)
    values = _block(numpy, kind, column["v"])
    if mask is None:
        return values
    if kind == "float64":
        values[mask] = math.nan
        return values
    return (pandas.arrays.IntegerArray if kind == "int64" else pandas.arrays.BooleanArray)(values, mask)


def _decode_times(pandas, numpy, column, mask):
    ticks = _block(numpy, "int64", column["v"])
    if mask is not None:
        ticks[mask] = 0
    if len(ticks) > 0 and int(abs(ticks).max()) > TICKS_OF_PANDAS:
        raise ShareError(f'its column "{column["name"]}" holds a time before 1678 or after 2261, which pandas has not')
    times = (ticks * 100).view("datetime64[ns]")
    if mask is not None:
        times[mask] = numpy.datetime64("NaT")
    series = pandas.Series(times)
    return series.dt.tz_localize("UTC") if column["utc"] else series


def _block(numpy, kind, text):
    dtypes = {"float64": "<f8", "int64": "<i8", "bool": "?"}
    # A copy, since what is made of bytes cannot be written to.
    return numpy.frombuffer(base64.b64decode(text), dtype=dtypes[kind]).astype(kind)


_DECODERS = {
    "float": lambda value: float(value["v"]),
    "int": lambda value: int(value["v"]),
    "decimal": lambda value: decimal.Decimal(value["v"]),
    "datetime": lambda value: datetime.datetime.fromisoformat(value["v"]),
    "date": lambda value: datetime.date.fromisoformat(value["v"]),
    "map": _decode_map,
    "array": _decode_block,
    "table": _decode_table,
}


# Into JSON.


def _encode(value, around):
    numpy = sys.modules.get("numpy")
    pandas = sys.modules.get("pandas")
    if pandas is not None and (value is pandas.NA or value is pandas.NaT):
        return None
    if numpy is not None and isinstance(value, numpy.generic):
        value = _of_scalar(numpy, value)
    scalar, found = _encode_scalar(value)
    if found:
        return scalar
    if id(value) in around:
        raise ShareError(f"it contains itself, by a {_type(value)}")
    if len(around) >= MAX_DEPTH:
        raise ShareError(f"it is nested more than {MAX_DEPTH} deep")
    around.add(id(value))
    try:
        return _encode_nested(value, around, numpy, pandas)
    finally:
        around.discard(id(value))


def _of_scalar(numpy, value):
    if isinstance(value, numpy.datetime64):
        return value.astype("datetime64[us]").item()
    if isinstance(value, numpy.timedelta64):
        raise ShareError(f"it is a {_type(value)}, for which other languages have no form")
    if isinstance(value, numpy.floating):
        return float(value)
    return value.item()


def _encode_scalar(value):
    if value is None or value is True or value is False:
        return value, True
    if isinstance(value, str):
        return _sound(value), True
    if isinstance(value, int):
        value = int(value)
        return (value if -(2**63) <= value < 2**63 else _tag("int", str(value))), True
    if isinstance(value, float):
        value = float(value)
        return (value if math.isfinite(value) else _tag("float", repr(value))), True
    if isinstance(value, decimal.Decimal):
        return _encode_decimal(value), True
    if isinstance(value, datetime.datetime):
        return _tag("datetime", value.isoformat(timespec="microseconds")[:32]), True
    if isinstance(value, datetime.date):
        return _tag("date", value.isoformat()), True
    return None, False


def _encode_decimal(value):
    if not value.is_finite():
        return _tag("float", repr(float(value)))
    if len(value.as_tuple().digits) > 28 or abs(value) >= 2**96 or value.as_tuple().exponent < -28:
        raise ShareError(f"{value} has more digits than other languages' decimals")
    return _tag("decimal", format(value, "f"))


def _encode_nested(value, around, numpy, pandas):
    if isinstance(value, dict):
        return _encode_map(value, around)
    if isinstance(value, (list, tuple)):
        return [_encode(item, around) for item in value]
    if pandas is not None and isinstance(value, pandas.DataFrame):
        return _encode_table(value, numpy, pandas)
    if pandas is not None and isinstance(value, (pandas.Series, pandas.Index)):
        plain = isinstance(value.dtype, numpy.dtype)
        return _encode(value.to_numpy() if plain else value.astype(object).tolist(), around)
    if numpy is not None and isinstance(value, numpy.ndarray):
        return _encode_block(value, around, numpy)
    raise ShareError(f"it is a {_type(value)}, for which other languages have no form")


def _encode_map(value, around):
    for key in value:
        if not isinstance(key, str):
            raise ShareError(f"it is a dictionary whose keys are not texts, but {_type(key)}")
    return {"!": "map", "k": [_sound(key) for key in value], "v": [_encode(item, around) for item in value.values()]}


def _encode_block(value, around, numpy):
    if isinstance(value, numpy.ma.MaskedArray):
        raise ShareError("it is a masked array, for which other languages have no form")
    if value.ndim == 0:
        return _encode(value[()], around)
    if value.ndim > 2:
        raise ShareError(f"it is an array of {value.ndim} dimensions; at most two can be shared")
    if value.dtype.kind == "M":
        return _encode(value.astype("datetime64[us]").tolist(), around)
    if value.dtype.kind in "OU":
        return _encode(value.tolist(), around)
    kind = {"f": "float64", "i": "int64", "u": "int64", "b": "bool"}.get(value.dtype.kind)
    if kind is None:
        raise ShareError(f"it is an array of {value.dtype}, for which other languages have no form")
    if value.dtype.kind == "u" and value.size > 0 and int(value.max()) >= 2**63:
        return _encode(value.tolist(), around)
    return {"!": "array", "type": kind, "shape": list(value.shape), "v": _base64(value, kind, numpy)}


def _encode_table(frame, numpy, pandas):
    index = frame.index
    named = any(name is not None for name in index.names)
    # Rows that are only counted have no name worth a column.
    if named or (len(frame) > 0 and not pandas.api.types.is_integer_dtype(index.dtype)):
        frame = frame.reset_index()
    names = [_sound(str(name)) for name in frame.columns]
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise ShareError(f'it has two columns named "{twice[0]}"')
    return {"!": "table", "columns": [_encode_column(name, frame.iloc[:, at], numpy, pandas) for at, name in enumerate(names)]}


def _encode_column(name, series, numpy, pandas):
    types = pandas.api.types
    if isinstance(series.dtype, pandas.CategoricalDtype):
        series = series.astype(object)
    if series.dtype == object:
        series = _of_objects(name, series, numpy, pandas)
    missing = series.isna().to_numpy(dtype=bool)
    column = {"name": name, "rows": len(series), "missing": _base64(missing, "bool", numpy) if missing.any() else None}
    if types.is_datetime64_any_dtype(series.dtype):
        return column | _encode_times(series, numpy)
    for kind, fits in (("bool", types.is_bool_dtype), ("int64", types.is_integer_dtype), ("float64", types.is_float_dtype)):
        if fits(series.dtype):
            return column | {"type": kind, "v": _base64(_whole(name, series, kind), kind, numpy)}
    if types.is_string_dtype(series.dtype):
        return column | {"type": "text", "v": [None if gone else _sound(str(item)) for item, gone in zip(series, missing)]}
    raise ShareError(f'its column "{name}" holds {series.dtype}, for which other languages have no form')


def _of_objects(name, series, numpy, pandas):
    series = series.map(lambda item: item.item() if isinstance(item, numpy.generic) else item)
    if series.dtype != object:
        return series
    kinds = {type(item) for item in series[series.notna()]}
    if all(issubclass(kind, str) for kind in kinds):
        return series.astype("string")
    if all(kind.__name__ in ("bool", "bool_") for kind in kinds):
        return series.astype("boolean")
    if all(issubclass(kind, int) and kind is not bool for kind in kinds):
        return series.astype("Int64")
    if all(issubclass(kind, (int, float, decimal.Decimal)) and kind is not bool for kind in kinds):
        return series.where(series.notna(), math.nan).astype("float64")
    if all(issubclass(kind, datetime.date) for kind in kinds):
        return pandas.to_datetime(series)
    raise ShareError(f'its column "{name}" holds {" and ".join(sorted(kind.__name__ for kind in kinds))}, for which other languages have no form')


def _whole(name, series, kind):
    if kind == "float64":
        return series.to_numpy(dtype="float64", na_value=math.nan)
    values = series.fillna(False if kind == "bool" else 0)
    if kind == "int64" and len(values) > 0 and int(values.max()) >= 2**63:
        raise ShareError(f'its column "{name}" holds a whole number that needs more than 63 bits')
    return values.to_numpy(dtype=kind)


def _encode_times(series, numpy):
    utc = getattr(series.dtype, "tz", None) is not None
    if utc:
        series = series.dt.tz_convert("UTC").dt.tz_localize(None)
    ticks = series.to_numpy(dtype="datetime64[ns]").astype("int64") // 100
    return {"type": "datetime", "utc": utc, "v": _base64(ticks, "int64", numpy)}


def _base64(values, kind, numpy):
    dtypes = {"float64": "<f8", "int64": "<i8", "bool": "?"}
    block = numpy.ascontiguousarray(values, dtype=dtypes[kind])
    if block.nbytes // 3 * 4 > MAX_BYTES:
        raise ShareError("it is larger than 64 MB as JSON")
    return base64.b64encode(block.tobytes()).decode("ascii")


def _tag(kind, text):
    return {"!": kind, "v": text}


def _sound(text):
    text = str(text)
    if not text.isascii():
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:
            raise ShareError("it has a text with half a surrogate pair") from None
    return text


def _type(value):
    kind = type(value)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
