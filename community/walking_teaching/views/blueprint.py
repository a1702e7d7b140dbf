"""What all pages of walking-teaching share."""

from typing import Final

from flask import Blueprint

blueprint: Final = Blueprint("walking_teaching", __name__)
