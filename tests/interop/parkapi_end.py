"""ParkAPI v3 as its own library reads it: a list of our lots on stdin, a line of JSON with what it made of each on stdout."""

import json
import sys

from parkapi_sources.models import RealtimeParkingSiteInput, StaticParkingSiteInput
from validataclass.exceptions import ValidationError
from validataclass.validators import DataclassValidator

for lot in json.load(sys.stdin):
    try:
        static = DataclassValidator(StaticParkingSiteInput).validate(lot)
        realtime = DataclassValidator(RealtimeParkingSiteInput).validate(lot)
    except ValidationError as error:
        print(json.dumps({"refused": error.to_dict()}), flush=True)
        continue
    print(
        json.dumps(
            {
                "uid": static.uid,
                "name": static.name,
                "type": static.type.name,
                "capacity": static.capacity,
                "disabled": static.capacity_disabled,
                "status": realtime.realtime_opening_status.name,
                "free": realtime.realtime_free_capacity,
                "free_disabled": realtime.realtime_free_capacity_disabled,
                "updated": realtime.realtime_data_updated_at.isoformat(),
            }
        ),
        flush=True,
    )
