"""SMS through an HTTP gateway that takes a client reference and keeps it unique."""

import aiohttp

from teams_app.outside import SmsError

_SECONDS = 10


class HttpSms:
    """Posts `{to, from, text, client_reference}` with a bearer key; 2xx means accepted.

    The gateway answers a repeat of a reference with the first one's id, so trying again
    after silence sends nothing twice.
    """

    def __init__(
        self, session: aiohttp.ClientSession, url: str, key: str, sender: str
    ) -> None:
        """`sender` is what the phone shows, at most 11 characters."""
        self._session = session
        self._url = url
        self._headers = {"Authorization": f"Bearer {key}"}
        self._sender = sender[:11]

    async def send(self, key: str, to: str, text: str) -> str:
        body = {
            "to": to,
            "from": self._sender,
            "text": text,
            "client_reference": key,
        }
        patience = aiohttp.ClientTimeout(total=_SECONDS)
        try:
            # Followed, a redirect would become a GET that any page answers with 200.
            async with self._session.post(
                self._url,
                json=body,
                headers=self._headers,
                timeout=patience,
                allow_redirects=False,
            ) as answer:
                if answer.status // 100 != 2:  # noqa: PLR2004
                    final = answer.status in {400, 404, 422}
                    raise SmsError(answer.status, final=final)
                return await _id(answer)
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise SmsError(0, final=False) from error


async def _id(answer: aiohttp.ClientResponse) -> str:
    """Read the message's id out of an acceptance, empty if it names none.

    The message is on its way by now. What cannot be read is no reason to send it again.
    """
    try:
        said = await answer.json(content_type=None)
    except (aiohttp.ClientError, TimeoutError, ValueError):
        return ""
    given = said.get("id") if isinstance(said, dict) else None
    return str(given) if isinstance(given, str | int) else ""


class NoSms:
    """No gateway is set: every SMS is refused for good, so the next channel is tried."""

    async def send(self, key: str, to: str, text: str) -> str:
        del key, to, text
        raise SmsError(501, final=True)
