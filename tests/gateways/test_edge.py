"""CloudFront's store and the folder in its place have one contract: hidden as the newest truth says."""

from collections.abc import Callable
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from mentoring.domain.withdrawals import ALWAYS
from mentoring.gateway_settings import EdgeSettings
from mentoring.gateways.edge import EdgeFolder, EdgeKeys, EdgeStore, edge_keys
from mentoring.gateways.errors import EdgeDownError
from mentoring.settings import SettingsError
from tests.nightly.cloud import KeyValueStore


@pytest.fixture
def store() -> KeyValueStore:
    """The CDN's store, with the release that it shows."""
    return KeyValueStore({"release": "r-1"})


@pytest.fixture(params=["store", "folder"])
def edge(request: pytest.FixtureRequest, store: KeyValueStore, tmp_path: Path) -> EdgeKeys:
    """The edge's keys of each kind."""
    return EdgeStore("arn", store) if request.param == "store" else EdgeFolder(tmp_path / "edge")


def test_pages_are_hidden_and_shown(edge: EdgeKeys) -> None:
    """DIR-8: a key a hidden page; a repeat changes nothing, in either direction."""
    for slug in ("ana", "bo", "cy"):
        edge.settle(slug, lambda: ALWAYS)
        edge.settle(slug, lambda: ALWAYS)
    edge.settle("bo", lambda: None)
    edge.settle("di", lambda: None)
    edge.settle("cy", lambda: "17")  # given again: hidden in releases up to the build of this number
    assert edge.hidden() == {"ana"}
    edge.settle("cy", lambda: ALWAYS)
    assert edge.hidden() == {"ana", "cy"}


def test_the_folders_keys_are_what_the_local_edge_asks_for(tmp_path: Path) -> None:
    """The file is named as the CDN's function names the key."""
    edge_keys(EdgeSettings(store=tmp_path / "edge")).settle("ana", lambda: ALWAYS)
    assert (tmp_path / "edge" / "withdrawn:ana").read_text() == ALWAYS


def test_a_decision_that_was_overtaken_is_made_again(store: KeyValueStore) -> None:
    """Invariant 13: whoever read before somebody else wrote reads again, and the release stays shown."""
    edge, truth = EdgeStore("arn", store), {"hidden": ALWAYS}

    def come_back() -> None:
        truth.clear()
        EdgeStore("arn", store).settle("ana", lambda: truth.get("hidden"))
        store.put_key(Key="release", Value="r-2", IfMatch=f"v{store.version}")

    store.between = come_back
    edge.settle("ana", lambda: truth.get("hidden"))
    assert store.keys == {"release": "r-2"}


def always_moving(store: KeyValueStore) -> Callable[[], None]:
    def move() -> None:
        store.version += 1
        store.between = move

    return move


def test_a_store_that_never_comes_to_rest_is_given_up(store: KeyValueStore) -> None:
    """A store that somebody else moves each time is left to a later attempt."""
    store.between = always_moving(store)
    with pytest.raises(EdgeDownError, match="too-busy"):
        EdgeStore("arn", store).settle("ana", lambda: ALWAYS)
    assert store.keys == {"release": "r-1"}


def test_a_store_that_does_not_answer_is_told_by_a_code() -> None:
    """Whatever AWS answers becomes one error, with a code word and nothing else; it is asked once."""

    class Forbidding(KeyValueStore):
        asked = 0

        def describe_key_value_store(self, **_: object) -> dict[str, object]:
            self.asked += 1
            raise ClientError({"Error": {"Code": "AccessDeniedException"}}, "DescribeKeyValueStore")

        list_keys = get_key = describe_key_value_store

    store = Forbidding()
    with pytest.raises(EdgeDownError, match="AccessDeniedException"):
        EdgeStore("arn", store).settle("ana", lambda: ALWAYS)
    with pytest.raises(EdgeDownError, match="AccessDeniedException"):
        EdgeStore("arn", store).hidden()
    assert store.asked == 2


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """A disk's refusal is the same error as the store's."""
    (tmp_path / "edge").write_text("a file in the place of the folder")
    with pytest.raises(EdgeDownError):
        EdgeFolder(tmp_path / "edge").settle("ana", lambda: ALWAYS)


def test_settings_name_what_is_missing() -> None:
    """The cloud's variable is named; the local one wins where it is there."""
    with pytest.raises(SettingsError, match="EDGE_STORE_ARN"):
        EdgeSettings.from_environment({})
    both = {"EDGE_STORE_ARN": "arn:aws:cloudfront::1:key-value-store/x", "EDGE_FOLDER": "/x/edge"}
    assert EdgeSettings.from_environment(both).store == Path("/x/edge")
    assert isinstance(edge_keys(EdgeSettings(store=both["EDGE_STORE_ARN"])), EdgeStore)
