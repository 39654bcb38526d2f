"""Command roles."""

from warroom.cli.acts import acts

ACTIONS = acts("role")
