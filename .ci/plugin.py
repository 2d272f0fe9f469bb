"""Runs protoc-gen-telemetry-events out of the source tree, also when what it is to write is broken.

Importing the package imports its generated events; the plugin needs none of them.
"""

import importlib
import sys
from pathlib import Path
from types import ModuleType

package = ModuleType("telemetry_events")
package.__path__ = [str(Path(__file__).parent.parent / "src" / "telemetry_events")]
sys.modules["telemetry_events"] = package
importlib.import_module("telemetry_events.codegen").main()
