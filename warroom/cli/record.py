"""The record: notes, decisions, corrections and evidence."""

from warroom.cli.acts import acts

ACTIONS = acts("note") | acts("decide") | acts("correct") | acts("evidence")
