"""SMS through an HTTP gateway that takes a client reference and keeps it unique."""

import aiohttp

from teams_app.outside import SmsError

_SECONDS = 10


class HttpSms:
    """Posts `{to, from, text, client_reference}` with a bearer key; 2xx gives an id.

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
            async with self._session.post(
                self._url, json=body, headers=self._headers, timeout=patience
            ) as answer:
                if answer.status // 100 != 2:  # noqa: PLR2004
                    final = answer.status in {400, 404, 422}
                    raise SmsError(answer.status, final=final)
                said = await answer.json(content_type=None)
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise SmsError(0, final=False) from error
        return str(said.get("id", "")) if isinstance(said, dict) else ""


class NoSms:
    """No gateway is set: every SMS is refused for good, so the next channel is tried."""

    async def send(self, key: str, to: str, text: str) -> str:
        del key, to, text
        raise SmsError(501, final=True)
