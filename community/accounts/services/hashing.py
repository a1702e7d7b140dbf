"""argon2id: slow on purpose, so never within a transaction that others wait for."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from community.accounts.rules import passwords

_hasher = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)


def use_password_cost(*, time_cost: int, memory_kib: int, parallelism: int) -> None:
    """Choose other costs of argon2id than those of RFC 9106 for little memory (tests do)."""
    global _hasher
    _hasher = PasswordHasher(time_cost, memory_kib, parallelism)


def hash_password(password: str) -> str:
    """The text that is stored: algorithm, costs, salt and hash."""
    return _hasher.hash(passwords.normalise_password(password))


def is_password(password_hash: str, password: str) -> bool:
    """Whether this is the password of the hash."""
    try:
        return _hasher.verify(password_hash, passwords.normalise_password(password))
    except (VerificationError, InvalidHashError):
        return False


def is_hashed_too_cheaply(password_hash: str) -> bool:
    """Whether the costs have been raised since the hash was made."""
    return _hasher.check_needs_rehash(password_hash)
