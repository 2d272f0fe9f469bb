"""What emits events around a program's own work, without changing what that returns, raises or costs.

Whatever goes wrong here stays here: the program sees its own results and its own exceptions.
"""

from telemetry_events.instrument.algorithm import AlgorithmHooks, AlgorithmProgress, BaseAlgorithmHook
from telemetry_events.instrument.execution_time import log_execution_time
from telemetry_events.instrument.task import observe_task
from telemetry_events.stack import stack_frames

__all__ = [
    "AlgorithmHooks",
    "AlgorithmProgress",
    "BaseAlgorithmHook",
    "log_execution_time",
    "observe_task",
    "stack_frames",
]
