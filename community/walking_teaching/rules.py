"""The words of walking-teaching, and when two sessions of one teacher clash."""

from enum import StrEnum

from community.kernel.i18n import N_, declare_labels


class TravelMode(StrEnum):
    """How a teacher travels (出行方式)."""

    OWN_CAR = "own_car"
    OFFICIAL_CAR = "official_car"
    BUS = "bus"
    CAR_POOL = "car_pool"
    BICYCLE = "bicycle"
    ON_FOOT = "on_foot"
    OTHER = "other"


declare_labels(
    TravelMode,
    {
        TravelMode.OWN_CAR: N_("own car"),
        TravelMode.OFFICIAL_CAR: N_("official car"),
        TravelMode.BUS: N_("bus"),
        TravelMode.CAR_POOL: N_("car pool"),
        TravelMode.BICYCLE: N_("bicycle"),
        TravelMode.ON_FOOT: N_("on foot"),
        TravelMode.OTHER: N_("other"),
    },
)
