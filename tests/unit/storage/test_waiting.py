"""How long servers are waited for, as each library wants to be told."""

from datetime import timedelta

import pytest

from ome_zarr.storage.waiting import CONNECT_S, SILENT_S, fsspec_options, obstore_options


def test_s3_waits_and_repeats_nothing_by_itself():
    found = fsspec_options("s3://bucket/a.zarr", {"key": "who"})
    waiting = {"connect_timeout": CONNECT_S, "read_timeout": SILENT_S, "retries": {"max_attempts": 0}}
    assert found == {"key": "who", "use_listings_cache": False, "max_concurrency": 1, "config_kwargs": waiting}


def test_what_the_user_says_of_s3_comes_first():
    found = fsspec_options("s3a://bucket/a.zarr", {"max_concurrency": 4, "config_kwargs": {"read_timeout": 99}})
    assert found["max_concurrency"] == 4
    assert found["config_kwargs"]["read_timeout"] == 99
    assert found["config_kwargs"]["connect_timeout"] == CONNECT_S


def test_web_servers_are_waited_for_while_they_send():
    timeout = fsspec_options("https://host/a.zarr", {})["client_kwargs"]["timeout"]
    assert (timeout.total, timeout.sock_connect, timeout.sock_read) == (None, CONNECT_S, SILENT_S)


def test_what_the_user_says_of_web_servers_comes_first():
    found = fsspec_options("http://host/a.zarr", {"client_kwargs": {"timeout": 3, "trust_env": True}})
    assert found["client_kwargs"] == {"timeout": 3, "trust_env": True}


@pytest.mark.parametrize("url", ["memory://bucket/a.zarr", "gs://bucket/a.zarr"])
def test_other_file_systems_get_what_the_user_says(url):
    assert fsspec_options(url, {"token": "anon"}) == {"token": "anon"}


def test_obstore_waits_and_repeats_nothing_by_itself():
    assert obstore_options({"region": "x"}) == {
        "region": "x",
        "retry_config": {"max_retries": 0},
        "client_options": {
            "connect_timeout": timedelta(seconds=CONNECT_S),
            "read_timeout": timedelta(seconds=SILENT_S),
        },
    }


def test_what_the_user_says_of_obstore_comes_first():
    wished = {"retry_config": {"max_retries": 3}, "client_options": {"read_timeout": "9s"}}
    found = obstore_options(wished)
    assert found["retry_config"] == {"max_retries": 3}
    assert found["client_options"] == {"connect_timeout": timedelta(seconds=CONNECT_S), "read_timeout": "9s"}
