"""``data:`` URLs (RFC 2397): small content that stands in the definition itself."""

import io
from base64 import b64decode
from urllib.parse import unquote_to_bytes

from datamaestro_hookspecs.downloaders import Facts, Request, Response
from datamaestro_hookspecs.errors import TransferError


class DataURL:
    """Opens ``data:[media type][;base64],content``."""

    def open(self, request: Request) -> Response:
        """Open the content; raises TransferError where the URL is not of that form."""
        try:
            described, text = request.url.partition(":")[2].split(",", 1)
            content = unquote_to_bytes(text)
            if described.endswith(";base64"):
                content = b64decode(content, validate=True)
        except ValueError as error:
            raise TransferError(request.url, f"it is not a data URL: {error}") from error
        start = 0 if request.validator else request.start
        stream = io.BytesIO(content[start:])
        facts = Facts(len(content), media_type=described.removesuffix(";base64"), ranges=True)
        return Response(facts, stream.readinto, start, stream.close)
