"""Programs that no allow-list can allow, because their arguments are programs themselves, or files to be overwritten.

With any of them in the list, whoever may run a step may run everything: `env`, `find -exec`, `git -c alias.x=!…`,
`tar --checkpoint-action`, `vim -c :!`, `curl --output`. A name is all that is known here: a copy
of a shell under another name, or a hard link to one, is not found out, nor is a script that runs its arguments.
Programs that start others on behalf of somebody (kubectl, docker) are up to the host's administrator, who narrows them
by `arguments`.

Every name stands for its versions and builds as well: `bash` for bash-static, bash-4.4 and bash.static-musl.
"""

import re

from warroom.domain.errors import Refused

_KINDS: dict[str, str] = {
    "is a shell": "sh ash bash bosh csh dash elvish fish hush ksh lksh loksh mksh nu oksh osh posh pwsh rbash "
    "rksh rzsh sash tcsh xonsh yash ysh zsh busybox toybox",
    "is an interpreter": "awk bpython bun dc deno erl expect gawk gdb gjs groovy guile ipython irb java jjs jrunscript "
    "jshell julia lldb lua luajit m4 mawk nawk node nodejs octave perl php php-cgi pypy python pythonw rscript ruby "
    "gsed scala sed tclsh wish",
    "runs other programs": "aa-exec at batch bwrap byobu capsh chroot chrt cmake cpulimit crontab daemonize doas env "
    "fakeroot find firejail flock gmake ionice ld.so linux32 linux64 logsave ltrace make man nice ninja nohup nsenter "
    "parallel perf pexec pkexec prlimit proot rlwrap run-parts runcon runuser schroot screen script setarch setpriv "
    "setsid sg softlimit sshpass start-stop-daemon stdbuf strace su sudo sudoedit systemd-nspawn systemd-run taskset "
    "time timeout tmux unshare valgrind watch xargs gchroot genv gfind gnice gnohup gstdbuf gtimeout gxargs",
    "can run other programs or write to files": "bsdtar cpio ed emacs emacsclient ex ftp git git-shell gtar hg joe "
    "less mariadb mc micro more most mysql nano nc ncat netcat nvim openssl pg pico psql rsync rvim scp sftp socat "
    "sort split sqlite3 ssh svn tar telnet vi view vim vimdiff zip",
    "can write to files": "cp csplit curl dd gcp gdd ginstall gln gmv gtee install ln mv patch shred tee truncate wget",
}
_INSTEAD = {
    "curl": "the built-in diagnostic “http”",
    "wget": "the built-in diagnostic “http”",
    "git": "the built-in diagnostic “deploys”",
    "nc": "the built-in diagnostic “tcp”",
    "openssl": "the built-in diagnostic “tls”",
    "psql": "the built-in diagnostic “postgres”",
}
_WHY = {name: why for why, names in _KINDS.items() for name in names.split()}

_BUILDS = (
    "aarch64 alpine amd64 arm64 armhf armv7l bin current dbg debug dist distrib dynamic enhanced exe full glibc gnu "
    "i386 i586 i686 intel64 linux minimal musl new nox old orig real restricted shared small static stripped tiny "
    "uclibc universal unwrapped wrapped x64 x86_64"
)
# What is cut off the end, as often as there is something: python3.11, gawk-5.2.1, bash-static, busybox-musl.static
_VERSION = re.compile(rf"([-_.]?\d[\w.+-]*|[-_.+]({'|'.join(_BUILDS.split())}))$", re.ASCII)
_FLAVOUR = re.compile(r"^(vim|nvim|emacs|vi|nc|ksh|mawk)[.-][\w.-]+$", re.ASCII)  # vim.tiny, nc.openbsd
_LOADER = re.compile(r"^ld(-linux.*|-musl.*|64)?\.so[.\d]*$", re.ASCII)


def check(name: str) -> None:
    """Refused where a program of this (file) name may never be allowed."""
    bare = name.lower()
    candidates = [bare]
    while (shorter := _VERSION.sub("", candidates[-1])) != candidates[-1]:
        candidates.append(shorter)
    if flavour := _FLAVOUR.match(bare):
        candidates.append(flavour.group(1))
    if bare.startswith("static-"):
        candidates += [each.removeprefix("static-") for each in candidates]
    found = next((each for each in candidates if each in _WHY), "ld.so" if _LOADER.match(bare) else "")
    if not found:
        return
    if instead := _INSTEAD.get(found):
        hint = f"Use {instead}, or allow a script of your own that does one thing."
    else:
        hint = "Allow a script of your own that does one thing, with fixed arguments."
    raise Refused(f"“{name}” {_WHY[found]}, so that allowing it would allow everything.", hint=hint)
