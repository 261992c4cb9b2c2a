"""A bucket that speaks S3 as a place for the lake: objects appear whole, and conditional writes decide between writers."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import S3Store

from gemeinsinn.errors import SettingsError
from gemeinsinn.lake.lease import leased
from gemeinsinn.settings.places import BucketPlace


@dataclass(frozen=True, slots=True)
class Bucket:
    """A prefix in a bucket, with the methods of `Storage`."""

    place: BucketPlace

    @property
    def options(self) -> dict[str, str] | None:
        return dict(self.place.options)

    @property
    def folder(self) -> Path | None:
        return None

    def below(self, name: str) -> Bucket:
        return Bucket(replace(self.place, url=f"{self.place.url}/{name}"))

    def write_new(self, name: str, content: bytes) -> bool:
        try:
            obstore.put(self._store, self._key(name), content, mode="create", use_multipart=False)
        except AlreadyExistsError:
            return False
        except BaseError as error:
            raise self._unreachable(error) from error
        return True

    def replace(self, name: str, content: bytes) -> None:
        try:
            obstore.put(self._store, self._key(name), content)
        except BaseError as error:
            raise self._unreachable(error) from error

    def read(self, name: str) -> bytes:
        try:
            return bytes(obstore.get(self._store, self._key(name)).bytes())
        except BaseError as error:
            raise self._unreachable(error) from error

    def has(self, name: str) -> bool:
        try:
            obstore.head(self._store, self._key(name))
        except FileNotFoundError:
            return False
        except BaseError as error:
            raise self._unreachable(error) from error
        return True

    def delete(self, name: str) -> None:
        try:
            obstore.delete(self._store, self._key(name))
        except FileNotFoundError:
            return
        except BaseError as error:
            raise self._unreachable(error) from error

    def names(self, *, after: str = "") -> Sequence[str]:
        offset = self._key(after) if after else None
        return sorted(name for name in self._listed(offset) if "/" not in name)

    def folders(self) -> Sequence[str]:
        prefix = self.place.prefix or None
        try:
            found = obstore.list_with_delimiter(self._store, prefix)["common_prefixes"]
        except BaseError as error:
            raise self._unreachable(error) from error
        return sorted(each.rstrip("/").rpartition("/")[2] for each in found)

    def everything(self) -> Sequence[str]:
        return sorted(self._listed(None))

    def drop(self, name: str) -> None:
        for each in self.below(name).everything():
            self.delete(f"{name}/{each}")

    def tidy(self) -> None:
        """Nothing to do: an object that was not put whole is not there."""

    def only_writer(self, name: str, *, what: str) -> AbstractContextManager[None]:
        return leased(self._store, self._key(name), what=what)

    def uri(self, name: str) -> str:
        return f"{self.place.url}/{name}"

    @property
    def _store(self) -> S3Store:
        return _opened(self.place.bucket, self.place.options)

    def _key(self, name: str) -> str:
        return f"{self.place.prefix}/{name}" if self.place.prefix else name

    def _listed(self, offset: str | None) -> list[str]:
        """The names of all objects below, without the prefix."""
        prefix = f"{self.place.prefix}/" if self.place.prefix else ""
        try:
            listed = obstore.list(self._store, prefix or None, offset=offset, chunk_size=1000).collect()
        except BaseError as error:
            raise self._unreachable(error) from error
        return [each["path"][len(prefix) :] for each in listed]

    def _unreachable(self, error: BaseError) -> SettingsError:
        """The bucket did not answer as it should; the answer itself may hold a signed address and is not repeated."""
        remedy = "Check [storage] in gemeinsinn.toml, the variables it names, and the server."
        what = f"the bucket {self.place.bucket} cannot be read or written ({type(error).__name__})."
        return SettingsError(what, where=self.place.url, remedy=remedy)


@cache
def _opened(bucket: str, options: tuple[tuple[str, str], ...]) -> S3Store:
    config: Any = dict(options)
    is_open = config.pop("aws_allow_http", "") == "true"
    return S3Store(bucket, config=config, client_options={"allow_http": is_open})
