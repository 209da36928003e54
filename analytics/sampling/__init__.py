"""Which interfaces are seen in part only, because their spans are sampled."""

from analytics.sampling.questions import sampled
from analytics.sampling.rows import SampledInterface

__all__ = ["SampledInterface", "sampled"]
