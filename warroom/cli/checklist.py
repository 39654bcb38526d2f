"""The steps of an incident's runbooks."""

from warroom.cli import automation
from warroom.cli.acts import acts

ACTIONS = {**acts("step"), **automation.ACTIONS}
