"""Which runbook offers itself."""

import pytest

from warroom.domain.offers import offers, stems
from warroom.domain.runbook import Runbook

BOOKS = (
    Runbook("kubernetes-kubepodcrashlooping", "KubePodCrashLooping", alerts=("KubePodCrashLooping",)),
    Runbook("pods-crash-looping", "Pods are crash looping", "instances crash and restart"),
    Runbook("disk-full", "Disk is full", "no space left on a file system", source="ops/DiskFull.md"),
    Runbook("checkout-errors", "Checkout errors", "payments fail", services=("checkout", "payments")),
    Runbook("latency", "Slow requests", "time-outs"),
)


def asked(title: str = "", **given: object) -> list[str]:
    return [each.name for each in offers(BOOKS, title, **given)]  # type: ignore[arg-type]


def test_an_alert_finds_its_runbook_in_any_case() -> None:
    assert asked(alerts=["kubepodcrashlooping"]) == ["kubernetes-kubepodcrashlooping"]
    assert asked(alerts=["DISKFULL"]) == ["disk-full"]
    assert asked("KUBEPODCRASHLOOPING in prod")[0] == "kubernetes-kubepodcrashlooping"


@pytest.mark.parametrize(
    "url",
    [
        "https://runbooks.example/kubernetes/kubepodcrashlooping",
        "https://runbooks.example/kubernetes/KubePodCrashLooping/",
        "https://git.example/wiki/KubePodCrashLooping.md?ref=main",
        "https://git.example/runbook.md#alert-name-kubepodcrashlooping",
        "https://git.example/runbook.html#kube-pod-crash-looping",
    ],
)
def test_an_address_finds_its_runbook(url: str) -> None:
    assert asked(url=url) == ["kubernetes-kubepodcrashlooping"]


def test_a_service_and_words_find_runbooks_and_say_why() -> None:
    found = offers(BOOKS, "Payment fails for some cards", ["checkout"])
    assert [(each.name, each.why) for each in found] == [("checkout-errors", "for checkout; about fails, payment")]
    assert asked("the disks are full") == ["disk-full"]
    assert asked("crashing instance")[0] == "pods-crash-looping"


def test_rare_words_weigh_more_and_the_order_is_fixed() -> None:
    books = [Runbook(f"b{number}", "Database slow") for number in range(5)] + [Runbook("z", "Database replica broken")]
    assert [each.name for each in offers(books, "database replica")] == ["z", "b0", "b1", "b2", "b3", "b4"]


def test_nothing_fits() -> None:
    assert asked("") == []
    assert asked("the and of", url="https://runbooks.example/") == []


def test_stems() -> None:
    found = stems("KubeAPIDown: proxies, a proxy, caches, boxes, statuses and patches; 5xx")
    assert found == {
        "kub": "kube", "api": "api", "down": "down", "proxy": "proxies", "cach": "caches", "box": "boxes",
        "status": "statuses", "patch": "patches", "xx": "xx",
    }  # fmt: skip
    assert stems("Größen 再起動") == {"größen": "größen", "再起動": "再起動"}
    assert stems("box cache status patch").keys() == stems("boxes caches statuses patches").keys()
