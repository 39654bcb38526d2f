"""What a verb says where no playbook is in force: a drill has then neither people nor runbooks nor ladders."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from warroom.domain.org import Org

NO_PLAYBOOK_HINT = "Write and publish the sample one with warroom init, or yours with warroom playbook publish DIR."


def missing(org: "Org") -> str:
    """That sentence for somebody who begins a drill; "" where a playbook is in force."""
    if org.version:
        return ""
    return f"No playbook is in force: nobody is paged, and no runbook can be attached. {NO_PLAYBOOK_HINT}"
