"""Delivery: what lies in journals, sent to Datadog's intake, each record at least once.

It reads the files of docs/record.md, section 8, of whatever language, and knows nothing of events.
"""

from telemetry_events.delivery.api_key import ApiKey
from telemetry_events.delivery.backoff import Pace
from telemetry_events.delivery.compression import Compression
from telemetry_events.delivery.counters import Counters
from telemetry_events.delivery.intake import Intake
from telemetry_events.delivery.shipper import Shipper
from telemetry_events.delivery.thread import ShippingThread

__all__ = ["ApiKey", "Compression", "Counters", "Intake", "Pace", "Shipper", "ShippingThread"]
