"""The incident clock: milestones, resolving, closing, reopening."""

from warroom.cli.acts import acts

ACTIONS = acts("ack") | acts("milestone") | acts("resolve") | acts("close") | acts("reopen")
