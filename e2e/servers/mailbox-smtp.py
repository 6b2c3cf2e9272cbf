"""An SMTP server on loopback that asks for a sign-in: Debian's aiosmtpd.

    mailbox-smtp.py PORT DIRECTORY PASSWORD

keeps every mail in a file of DIRECTORY, with its envelope in the first line.
"""
import asyncio
import itertools
import json
import os
import sys

from aiosmtpd.smtp import SMTP, AuthResult

port, directory, password = int(sys.argv[1]), sys.argv[2], sys.argv[3]
numbers = itertools.count(1)


def known(server, session, envelope, mechanism, login):
    return AuthResult(success=login.password == password.encode(), handled=False)


class Keep:
    async def handle_DATA(self, server, session, envelope):
        path = os.path.join(directory, "%06d" % next(numbers))
        with open(path + ".new", "wb") as f:
            f.write(json.dumps({"from": envelope.mail_from, "to": envelope.rcpt_tos}).encode() + b"\n")
            f.write(envelope.content)
        os.rename(path + ".new", path)
        return "250 taken"


async def main():
    loop = asyncio.get_running_loop()
    await loop.create_server(
        lambda: SMTP(Keep(), hostname="e2e.test", authenticator=known, auth_required=True, auth_require_tls=False, enable_SMTPUTF8=True),
        "127.0.0.1", port)
    await asyncio.Event().wait()


asyncio.run(main())
