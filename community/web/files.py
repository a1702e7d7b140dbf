"""The answer with which a file of the storage is given out."""

import os
from typing import IO

from flask import Response, make_response, request, send_file


def answer_with(file: IO[bytes], *, media_type: str, name: str, is_shown: bool = False) -> Response:
    """A file under its name, a part of it where a reader goes on with a broken download.

    It is taken along, unless it is declared to be shown; who has sent it closes it.
    """
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    answer = make_response(
        send_file(
            file,
            mimetype=media_type,
            as_attachment=not is_shown,
            download_name=name,
            conditional=False,
        )
    )
    answer.content_length = size
    answer.make_conditional(request, accept_ranges=True, complete_length=size)
    return answer
