"""Puts data/ and notebooks/ inside the wheel; an editable install reads them in the checkout."""

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ShipDataAndNotebooks(BuildHookInterface):
    """Adds the two folders to what is built."""

    def initialize(self, version, build_data):
        """Add them to a wheel; an editable install needs no copy."""
        if version == "standard" and self.target_name == "wheel":
            build_data["force_include"] |= {"data": "analysis/data", "notebooks": "analysis/notebooks"}
