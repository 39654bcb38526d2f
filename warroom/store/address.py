"""The address of a database as people may see it."""

import re
from urllib.parse import unquote

SECRETS = ("password", "sslpassword", "oauth_client_secret")
"The parameters of an address that nobody may read."

# A password ends at the last @ before a / or ?. It may also hold these, unescaped by mistake; a port is none.
_PASSWORD = re.compile(r"^([\w+.-]+://[^:@/?[]*):(?:[^/?]*|[^/]*|(?!\d+[,/?]).*)@", re.DOTALL)


def without_secrets(url: str) -> str:
    """The address without its passwords. Anything that is no URL, such as a path, stays as it is."""
    if "://" not in url:
        return url
    bare, _, query = _PASSWORD.sub(r"\1@", url).partition("?")
    kept = [part for part in query.split("&") if part and unquote(part.partition("=")[0]).lower() not in SECRETS]
    return "?".join([bare, "&".join(kept)] if kept else [bare])
