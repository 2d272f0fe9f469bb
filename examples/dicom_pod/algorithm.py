"""What all algorithms of the platform extend."""

from telemetry_events.instrument import AlgorithmHooks, AlgorithmProgress

__all__ = ["Algorithm"]


class Algorithm(AlgorithmHooks):
    """An algorithm that reports its progress by itself: subclasses know nothing of telemetry."""

    hooks = (AlgorithmProgress(task_context="worker"),)
