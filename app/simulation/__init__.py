"""A deterministic simulation of laptops, shares, clocks and faults: how sync is proven.

The laptops are real ones, with encrypted stores and everything the program does to them; only the
shares, the clocks and chance are simulated, so that one number, the seed, decides all that happens.
"""

from app.simulation.running import Outcome, run_seed, run_seeds

__all__ = ["Outcome", "run_seed", "run_seeds"]
