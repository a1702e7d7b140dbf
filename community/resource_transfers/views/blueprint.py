"""What all pages of transfers share."""

from flask import Blueprint
from flask_login import current_user

from community.access import Actor

blueprint = Blueprint("resource_transfers", __name__)
actor: Actor = current_user  # a proxy; guarded views have somebody behind it
