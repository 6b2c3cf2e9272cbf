"""A mail server on loopback for the end-to-end tests: Debian's aiosmtpd.

    smtp.py MAILDIR [--auth USER:PASSWORD] [--tls CERTIFICATE KEY]

prints its port and keeps every mail in MAILDIR until its standard input ends.
With --auth it takes nothing from strangers; with --tls it takes nothing
before STARTTLS.
"""
import argparse
import asyncio
import ssl
import sys

from aiosmtpd.handlers import Mailbox
from aiosmtpd.smtp import SMTP, AuthResult


def options():
    p = argparse.ArgumentParser()
    p.add_argument("maildir")
    p.add_argument("--auth", default="")
    p.add_argument("--tls", nargs=2)
    return p.parse_args()


def settings(o):
    s = {"hostname": "e2e.test"}
    if o.auth:
        wanted = tuple(part.encode() for part in o.auth.split(":", 1))

        def known(server, session, envelope, mechanism, login):
            return AuthResult(success=(login.login, login.password) == wanted, handled=False)

        s.update(authenticator=known, auth_required=True, auth_require_tls=bool(o.tls))
    if o.tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*o.tls)
        s.update(tls_context=context, require_starttls=True)
    return s


async def main():
    o = options()
    mailbox, s = Mailbox(o.maildir), settings(o)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(mailbox, **s), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


asyncio.run(main())
