-- A file has no roles, so nothing in it can enforce who writes. This keeps the numbers of both databases together.
UPDATE head SET version = 4;
