"""Puts data/ and notebooks/ inside the wheel; an editable install reads them in the checkout."""

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ShipDataAndNotebooks(BuildHookInterface):
    def initialize(self, version, build_data):
        if version == "standard" and self.target_name == "wheel":
            build_data["force_include"] |= {"data": "analysis/data", "notebooks": "analysis/notebooks"}
